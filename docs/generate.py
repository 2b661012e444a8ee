"""Write the pages of docs/ that are made from the code: `make docs`.

Each page is a function that returns its text; `tests/test_docs.py` compares the files with it.
"""

import ast
import io
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

import msgspec
from cyclopts import App
from msgspec import Struct, inspect
from rich.console import Console

import services.cli.app  # loads every part of the house, and with it every rule
from docs.asyncapi import asyncapi_json
from docs.behind import rules_asked
from docs.coverage import coverage_page
from docs.event_pages import events_json, events_page, title_of
from docs.layout import WIDTH, field_lines, fields_of, item, page, paragraph, shapes
from docs.openapi import openapi_json
from docs.reading_code import type_in_words
from docs.sizing import sizing_page
from docs.walkthrough import walkthrough_page
from ledger.act import RULES, Command
from ledger.catalogue import DECIDERS, PARTS
from ledger.profile import builtin
from ledger.profile_checks import CONTRADICTIONS
from ledger.profile_tables import Profile
from services.docstrings import Docstring, read_docstring
from services.settings import VARIABLES

DOCS = Path(__file__).resolve().parent
SOURCES = ("ledger", "projections", "services")


def commands_page() -> str:
    """Return the list of commands."""
    about = (
        "Every command there is, by part of the procedure. All of them first pass the same gates:"
        " [role_may_give_command](rules.md#role_may_give_command),"
        " [phase_allows_command](rules.md#phase_allows_command) and who may act for whom. The"
        " fields are those of `data` in a JSON line, and the flags of `goodoffices act`."
    )
    blocks = [paragraph(about)]
    for part in PARTS:
        if part.decide:
            blocks.append(f"## {title_of(part.name)}")
            blocks.extend(block for kind in part.decide for block in _command(kind))
    return page("Commands", *blocks, *shapes(DECIDERS))


def _command(kind: type[Command]) -> Iterator[str]:
    phases = ", ".join(sorted(kind.during)) or "any"
    opens = " Opens a case." if kind.opens else ""
    yield f"### {_tag(kind)}\n\n{paragraph(read_docstring(kind.__doc__).first)}"
    yield paragraph(f"Given by {', '.join(kind.by)}. Phases: {phases}.{opens}")
    if listed := "\n".join(field_lines(kind, lambda _: "")):
        yield listed
    if refusals := ", ".join(f"[{name}](rules.md#{name})" for name in _refusals(kind)):
        yield paragraph(f"Refused by: {refusals}.")
    yield f"```json\n{_example(kind)}\n```"


def _refusals(kind: type[Command]) -> Iterable[str]:
    """Name what may refuse a command: as its decision says, then what the code asks besides."""
    guards = (guard.__name__ for guard in kind.guards)
    told = read_docstring(DECIDERS[kind][1].__doc__).refusals
    return dict.fromkeys((*guards, *told, *sorted(rules_asked(kind))))


def _tag(kind: type[Command]) -> str:
    return str(kind.__struct_config__.tag)


def _example(kind: type[Command]) -> str:
    """Write the data of a valid command; a long text is cut, for the eye."""
    data = msgspec.json.format(msgspec.json.encode(kind.example), indent=2).decode()
    return "\n".join(
        ln if len(ln) <= WIDTH else f'{ln[: WIDTH - 4]}..."' for ln in data.split("\n")
    )


def rules_page() -> str:
    """Return the list of rules."""
    about = (
        "A rule is the sentence that must hold. *refuse*: the act is not recorded. *irregular*: an"
        " act of one's own is refused; a reported fact is recorded and marked. A rule profile may"
        " change the effect of a rule by its name (`[rules]`)."
    )
    used = _commands_by_rule()
    blocks = [paragraph(about), "## Procedure"]
    for name, rule in sorted(RULES.items()):
        blocks.append(f"### {name}\n\n{paragraph(rule.sentence)}")
        by = ", ".join(f"[{tag}](commands.md#{tag})" for tag in used.get(name, ()))
        blocks.append(paragraph(f"Effect: {rule.effect}." + (f" Checked by {by}." if by else "")))
    blocks.append("## Gates\n\nChecked beside the procedure; they always refuse.")
    for name, sentence in sorted(_gates().items()):
        blocks.append(f"### {name}\n\n{paragraph(sentence)}")
    return page("Rules", *blocks)


def _commands_by_rule() -> dict[str, list[str]]:
    used: dict[str, list[str]] = {}
    for kind in DECIDERS:
        for name in _refusals(kind):
            used.setdefault(name, []).append(_tag(kind))
    return used


@cache
def _gates() -> dict[str, str]:
    """Find the rules that are refused by name in the source, and are none of the procedure."""
    found: dict[str, str] = {}
    for path in sorted(p for folder in SOURCES for p in (DOCS.parent / folder).rglob("*.py")):
        for scope in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(scope, ast.FunctionDef):
                for name in _refused_in(scope):
                    said = read_docstring(ast.get_docstring(scope)).first
                    found[name] = found.get(name) or said
    return {name: GATES.get(name, said) for name, said in found.items() if name not in RULES}


def _refused_in(scope: ast.FunctionDef) -> Iterator[str]:
    for node in ast.walk(scope):
        match node:
            case ast.Call(
                func=ast.Name(id="RuleViolation"), args=[ast.Constant(value=str(name)), *_]
            ):
                yield name
            case _:
                pass


GATES = {
    "actor_has_authority": "A person acts for a party only under an authority on record.",
    "actor_reads_room": "One acts in rooms one reads; a room one may not read is not there.",
    "caller_is_known": "One who asks over the network has to be recognised first.",
    "case_is_known": "The case is there, and one may see it; the two are not told apart.",
    "code_lets_in": "A code lets in once, while it lasts, and whoever may come in.",
    "command_is_known": "A receipt is given for a command whose entries one may read.",
    "command_is_one": "A receipt is for the command of one actor in one case.",
    "form_is_ours": "What a browser sends by itself must come from a page of its session.",
    "grant_is_known": "An analyst looks under a grant of the institution.",
    "guesses_are_few": "Only so many codes are tried from one address, or at one invitation.",
    "importer_is_registry": "Records are taken over by an operator of the registry.",
    "inviter_is_registry": "Letters with codes are written by an operator of the registry.",
    "issuer_vouches": "Who comes from an issuer is vouched for by a token of this very attempt.",
    "party_has_a_speaker": "A party is invited through a person who may act for it today.",
    "profile_is_adopted": "A case is opened under a rule profile the institution has adopted.",
    "registry_keeps_the_log": "A new log, or a new key, is begun by an operator of the registry.",
    "registry_keeps_the_views": "Views are built anew by an operator of the registry.",
    "registry_names_the_witnesses": (
        "Who witnesses the log, and how many are enough, is for an operator of the registry."
    ),
    "viewer_is_within_role": "One looks with one's own eyes, or with those of an office one holds.",
}
"""Sentences of gates whose place in the source says something else, or nothing."""


def cli_page() -> str:
    """Return the reference of the command line."""
    app = services.cli.app.app
    blocks = [f"```text\n{_help(app, [])}\n```"]
    for words, function in sorted(cli_commands(app).items()):
        told = read_docstring(function.__doc__)
        text = "\n".join((_help(app, words.split()), *_examples(told)))
        blocks.append(f"## {words}\n\n```text\n{text}\n```")
    exits = "Exit status: 0 done, 1 refused, 2 misuse or a fault of the files, 3 try again."
    data = "`--data DIR` may stand before or after any command."
    return page("Command line", f"{exits}\n{data}", *blocks)


def cli_commands(app: App, before: str = "") -> dict[str, Callable[..., object]]:
    """Return the function behind every command, those of groups by both words."""
    found: dict[str, Callable[..., object]] = {}
    for name in app:
        if name.startswith("-"):
            continue
        inner = app[name]
        if inner.default_command is None:
            found.update(cli_commands(inner, f"{before}{name} "))
        else:
            found[f"{before}{name}"] = inner.default_command
    return found


def _examples(told: Docstring) -> Iterator[str]:
    if told.examples:
        yield "\nExamples:"
        yield from (f"  {line.strip()}" for line in told.examples if line.strip())
    if "fields" in told.fields:
        yield f"\n{paragraph('More: ' + told.fields['fields'])}"


def _help(app: App, words: list[str]) -> str:
    text = io.StringIO()
    console = Console(file=text, width=WIDTH, no_color=True, highlight=False)
    formatter, app.help_formatter = app.help_formatter, "plain"
    try:
        app.help_print(words, console=console)
    finally:
        app.help_formatter = formatter
    return "\n".join(line.rstrip() for line in text.getvalue().strip().split("\n"))


def settings_page() -> str:
    """Return the list of settings."""
    about = (
        "Environment variables, each with a default. An unknown one that begins with"
        " `GOODOFFICES_` is refused. `goodoffices doctor` examines what they lead to."
    )
    items = "\n".join(item(f"`{name}`: {purpose}") for name, purpose in VARIABLES.items())
    return page("Settings", paragraph(about), items)


def profile_page() -> str:
    """Return the keys of a rule profile."""
    about = (
        "Every key of a rule profile, with what `house-default` says. A period that is left out is"
        " one the procedure does not know. [How to write one](how-to/write-a-profile.md)."
    )
    house = tomllib.loads(builtin()["house-default"])
    single = [f for f in fields_of(Profile) if f.encode_name not in _tables()]
    blocks = [paragraph(about), "## Keys at the top", _keys(single, house)]
    for name, table in _tables().items():
        said = paragraph(read_docstring(table.__doc__).first)
        blocks.append(f"## Table {name}\n\n{said}\n\n{_keys(fields_of(table), house[name])}")
    blocks.append("## Contradictions\n\nA profile that has one of these is refused.")
    blocks.append("\n".join(item(f"`{c.key}`: {c.why}. Needs {c.needs}.") for c in CONTRADICTIONS))
    return page("Rule profile", *blocks)


def _tables() -> dict[str, type[Struct]]:
    """Find the tables of a profile, by their names in the file."""
    fields = ((field.encode_name, field.type) for field in fields_of(Profile))
    return {name: kind.cls for name, kind in fields if isinstance(kind, inspect.StructType)}


def _keys(fields: Iterable[inspect.Field], house: Mapping[str, object]) -> str:
    return "\n".join(
        item(f"`{f.encode_name}` ({type_in_words(f.type)}). House: {_value(house, f.encode_name)}.")
        for f in fields
    )


def _value(house: Mapping[str, object], key: str) -> str:
    """Write what the shipped profile says of a key."""
    if key not in house:
        return "left out"
    value = house[key]
    words = value if isinstance(value, list) else [value]
    return ", ".join(f"`{msgspec.json.encode(word).decode()}`" for word in words) or "an empty list"


PAGES: dict[str, Callable[[], str]] = {
    "events.md": events_page,
    "events.json": events_json,
    "asyncapi.json": asyncapi_json,
    "openapi.json": openapi_json,
    "commands.md": commands_page,
    "rules.md": rules_page,
    "cli.md": cli_page,
    "settings.md": settings_page,
    "profile.md": profile_page,
    "walkthrough.md": walkthrough_page,
    "coverage.md": coverage_page,
    "sizing.md": sizing_page,
}

if __name__ == "__main__":
    for file, made in PAGES.items():
        (DOCS / file).write_text(made(), encoding="utf-8")
