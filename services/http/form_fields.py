"""Say what a form asks for a command: its fields in plain words, by the command's own types."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final, Literal, TypeAlias, get_args, get_type_hints

from msgspec import NODEFAULT, Meta, Struct
from msgspec.structs import FieldInfo, fields, replace

from ledger.act import Command
from ledger.evaluation.questions import MEDIATOR_QUESTIONS, PARTY_QUESTIONS
from ledger.terms import Clause, Day, Document, Instant, Money, Words
from services.docstrings import read_docstring
from services.typed_text import bare, choices_of, item_of, may_be_nothing, shape_of

Sort: TypeAlias = Literal[
    "text", "long", "choice", "many", "truth", "day", "moment", "number", "lines", "pairs"
]
"""What a field looks like on a page."""
SHORT: Final = 40
"""Up to how many characters of words an input of one line has room for."""

LABELS: Final = {
    "aim": "What you want to reach",
    "agreed_by": "Parties that agreed",
    "basis": "What the mediation rests on",
    "brings": "Parties it brings",
    "capacity": "Capacity",
    "clause_ids": "Clauses",
    "clauses": "Terms",
    "external_ref": "Your own reference",
    "forum": "Court, tribunal or body",
    "hash": "SHA-256 of the text",
    "mediators_agreed": "Mediators that agreed",
    "person": "Person",
    "place": "Place of the mediation",
    "signature": "Your full name, as your signature",
    "starts": "First day or moment",
    "struck": "Candidates you strike",
    "target": "Entry",
    "text": "Words",
    "text_hash": "SHA-256 of the text",
    "until": "Until",
    "value": "Amount in dispute",
}
"""Labels where the name of the field alone reads badly."""
QUESTIONS: Final = {
    "give-feedback": PARTY_QUESTIONS,
    "give-mediator-feedback": MEDIATOR_QUESTIONS,
}
"""Commands that answer questions, and the words of these."""
MARKS: Final = ("1", "2", "3", "4", "5")
SCALE: Final = "From 1, not at all, to 5, entirely."
HINTS: Final[dict[str, str]] = {
    "day": "A day, such as 2026-03-05.",
    "moment": "A moment in the case's own zone.",
    "lines": "One a line.",
    "pairs": "One a line, as name=value.",
}
CLAUSES_HINT: Final = (
    "One term a line, as issue=value. A value is an amount (1.3 M EUR), a count (3), a percentage"
    " (12.5 %), a date (2026-03-05), shares of parties (A:2, B:1) or words."
)
MONEY_HINT: Final = "Such as 1.3 M EUR."
DOCUMENT_HINT: Final = "Its title and, if known, its SHA-256 as the last word."
PERSON_HINT: Final = "Such as person:holt."
_NONE: Final = re.compile(r"(?P<begun>[,;]\s+|^|\.\s+)None\b")


class Field(Struct, frozen=True, kw_only=True):
    """A field of a form.

    Attributes:
        name: As in the command.
        label: What people read.
        hint: What helps to fill it in.
        sort: What it looks like.
        choices: What may be chosen.
        required: Whether it must be filled in.
        typed: What stands in it: text, or what is chosen.
        chosen: Of a field with many choices, those chosen.
        error: What was wrong with it.
    """

    name: str
    label: str
    hint: str
    sort: Sort
    choices: tuple[str, ...] = ()
    required: bool = False
    typed: str = ""
    chosen: tuple[str, ...] = ()
    error: str = ""


@cache
def fields_of(kind: type[Command]) -> tuple[Field, ...]:
    """List what a form asks for a command, what is required first."""
    told = read_docstring(kind.__doc__).fields
    types = get_type_hints(kind, include_extras=True)
    found = [_field(info, types[info.name], told.get(info.name, "")) for info in fields(kind)]
    asked = QUESTIONS.get(str(kind.__struct_config__.tag), {})
    found = [part for field in found for part in _questions(field, asked)]
    return tuple(sorted(found, key=lambda field: not field.required))


def _questions(field: Field, asked: Mapping[str, str]) -> tuple[Field, ...]:
    """Ask each question that is known on its own, where a field holds answers by question."""
    if field.name != "answers" or not asked:
        return (field,)
    return tuple(
        Field(name=f"answers:{key}", label=says, hint=SCALE, sort="choice", choices=MARKS)
        for key, says in asked.items()
    )


def called(command: str) -> str:
    """Say a command's name as people read it."""
    return command.replace("-", " ").capitalize()


def filled(form: tuple[Field, ...], typed: Mapping[str, str]) -> tuple[Field, ...]:
    """Fill a form with what was typed, or stands in an address."""
    return tuple(_filled(field, typed) for field in form)


def _filled(field: Field, typed: Mapping[str, str]) -> Field:
    if field.sort == "many":
        ticked = [one for one in field.choices if typed.get(f"{field.name}:{one}")]
        named = [one for one in typed.get(field.name, "").split(",") if one in field.choices]
        return replace(field, chosen=tuple(ticked or named or field.chosen))
    return replace(field, typed=typed[field.name]) if field.name in typed else field


def _field(info: FieldInfo, hint: object, says: str) -> Field:
    sort = _sort(hint)
    choices = choices_of(item_of(hint) if sort == "many" else hint)
    if sort == "truth" and may_be_nothing(hint):
        sort, choices = "choice", ("yes", "no")
    default = None if info.default is NODEFAULT else info.default
    return Field(
        name=info.name,
        label=LABELS.get(info.name, info.name.replace("_", " ").capitalize()),
        hint=" ".join(part for part in (_plain(says), _how(sort, hint)) if part),
        sort=sort,
        choices=choices,
        required=info.required and sort != "truth",
        typed=_typed(default),
        chosen=tuple(str(one) for one in default) if isinstance(default, tuple) else (),
    )


def _typed(default: object) -> str:
    if default is None or isinstance(default, (tuple, dict)):
        return ""
    return {True: "yes", False: ""}[default] if isinstance(default, bool) else str(default)


def _sort(hint: object) -> Sort:
    shape = shape_of(hint)
    if shape is tuple:
        return "many" if choices_of(item_of(hint)) else "lines"
    if shape is dict:
        return "pairs"
    if choices_of(hint):
        return "choice"
    return _single(hint)


def _single(hint: object) -> Sort:
    held = bare(hint)
    if held is bool:
        return "truth"
    if held is int:
        return "number"
    meta = _meta(hint)
    same: dict[Any, Sort] = {_meta(Day): "day", _meta(Instant): "moment", _meta(Words): "long"}
    return "text" if meta is None else same.get(meta, "text")


def _meta(hint: object) -> Meta | None:
    """Find what narrows a type, wherever it stands within."""
    for one in get_args(hint):
        found = one if isinstance(one, Meta) else _meta(one)
        if found is not None:
            return found
    return None


def _how(sort: Sort, hint: object) -> str:
    """Say how a field is filled in."""
    held = item_of(hint) if sort == "lines" else bare(hint)
    if held is Clause:
        return CLAUSES_HINT
    if held is Money:
        return MONEY_HINT
    how = HINTS.get(sort, "")
    if held is Document:
        return f"{how} {DOCUMENT_HINT}".strip()
    meta = _meta(hint)
    is_person = meta is not None and (meta.pattern or "").startswith(r"\Aperson:")
    return f"{how} {PERSON_HINT}".strip() if is_person else how


def _plain(says: str) -> str:
    """Say in a form's words what a docstring says of a field."""
    return _NONE.sub(_left_empty, says.replace("`", ""))


def _left_empty(found: re.Match[str]) -> str:
    begun = found["begun"]
    return "; leave empty" if begun[:1] in (",", ";") else f"{begun}Leave empty"
