"""Take in CaSiNo negotiation dialogues (Chawla et al., NAACL 2021).

Each dialogue becomes a case taken over in the middle of the talks. Nothing of it has a time, so no
time is given. Demographics, personality and annotations are never read.
"""

from pathlib import Path
from typing import Annotated, Final, Literal, TypeAlias, TypeVar

import msgspec
from msgspec import Meta, Struct

from ledger.errors import DecodeError
from ledger.parties import Phase
from ledger.terms import PartyId
from services.imports.source import CaseWriter, Document, SourceCase, read_document

T = TypeVar("T")
Rank: TypeAlias = Literal["High", "Medium", "Low"]
Share: TypeAlias = dict[str, Annotated[int, Meta(ge=0)]]

PRIORITIES: Final[dict[Rank, int]] = {"High": 5, "Medium": 4, "Low": 3}
"""How much an item of each rank is worth to its party, by the collection's own rules."""
NOT_IN_SOURCE: Final = ("request", "consent", "mediator", "agreement-to-mediate", "times", "names")
PARTIES: Final = 2


class Message(Struct, frozen=True):
    """A line of a dialogue: words, or one of the four moves.

    Attributes:
        id: Who speaks.
        task_data: What a move carries.
    """

    text: str
    id: str
    task_data: dict[str, msgspec.Raw] = {}


class Deal(Struct, frozen=True):
    """Terms as their author sees them."""

    issue2youget: Share
    issue2theyget: Share


class Outcomes(Struct, frozen=True):
    """What a participant said afterwards; of it the satisfaction alone is taken."""

    satisfaction: str


class Participant(Struct, frozen=True):
    """What is taken of a participant.

    Attributes:
        value2issue: Item of each rank.
        value2reason: Why, in its own words.
    """

    value2issue: dict[Rank, str]
    value2reason: dict[Rank, str]
    outcomes: Outcomes


class Dialogue(Struct, frozen=True):
    """One dialogue of the file."""

    dialogue_id: int
    chat_logs: list[Message]
    participant_info: dict[PartyId, Participant]


def read_casino(path: Path) -> list[SourceCase]:
    """Read a file of dialogues.

    Raises:
        DecodeError: It is no such file; names the dialogue and the field.
    """
    document = read_document(path)
    try:
        found = msgspec.json.decode(document.text())
    except msgspec.DecodeError as error:
        raise DecodeError("file", f"not JSON: {error}", "a list of dialogues") from None
    if not isinstance(found, list) or not found:
        raise DecodeError("file", "is not a list of dialogues", "a CaSiNo split")
    cases = [_case(_dialogue(raw, f"dialogues[{n}]"), document) for n, raw in enumerate(found)]
    _check_distinct(cases)
    return cases


def _check_distinct(cases: list[SourceCase]) -> None:
    seen: set[str] = set()
    for case in cases:
        if case.name in seen:
            raise DecodeError("dialogue_id", f"{case.name} stands there twice", "each id once")
        seen.add(case.name)


def _dialogue(raw: object, where: str) -> Dialogue:
    if isinstance(raw, dict) and isinstance(raw.get("dialogue_id"), int):
        where = f"dialogue {raw['dialogue_id']}"
    dialogue = _converted(raw, Dialogue, where)
    people = dialogue.participant_info
    if len(people) != PARTIES:
        raise DecodeError(f"{where}: participant_info", f"names {len(people)}", "two participants")
    for n, message in enumerate(dialogue.chat_logs):
        if message.id not in people:
            field = f"{where}: chat_logs[{n}].id"
            raise DecodeError(field, f"{message.id!r} is no participant", "one of the two")
    return dialogue


def _case(dialogue: Dialogue, document: Document) -> SourceCase:
    reference, where = f"casino:{dialogue.dialogue_id}", f"dialogue {dialogue.dialogue_id}"
    writer = CaseWriter(reference, where, document.hash)
    writer.add(
        "take-over-case",
        {
            "source": "casino",
            "external_ref": reference,
            "parties": tuple(dialogue.participant_info),
            "phase": Phase.MEDIATING,
            "title": f"CaSiNo dialogue {dialogue.dialogue_id}",
            "facts": ("two-parties", "engaged"),
            "not_recorded": NOT_IN_SOURCE,
        },
    )
    for party, participant in dialogue.participant_info.items():
        _add_interests(writer, party, participant)
    _Talks(writer, tuple(dialogue.participant_info)).add_all(dialogue.chat_logs)
    for party, participant in dialogue.participant_info.items():
        answers = {"satisfaction": participant.outcomes.satisfaction}
        writer.add("give-feedback", {"answers": answers}, party=party)
    return writer.case()


def _add_interests(writer: CaseWriter, party: str, participant: Participant) -> None:
    """Record what a participant cares for, and why, between it and a mediator."""
    for rank, priority in PRIORITIES.items():
        issue = participant.value2issue.get(rank)
        if not issue:
            raise DecodeError(f"{writer.where}: {party}.value2issue", f"has no {rank}", "an item")
        reason = participant.value2reason.get(rank, "").strip()
        interest = {
            "interest_id": rank,
            "interest": reason or issue,
            "underlying_issue": issue,
            "priority": priority,
        }
        writer.add("record-interest", interest, party=party)


class _Talks:
    """Turn the lines of a dialogue into acts; remembers the deal on the table."""

    def __init__(self, writer: CaseWriter, parties: tuple[str, ...]) -> None:
        self._writer = writer
        self._parties = parties
        self._deals = 0
        self._settled = False

    def add_all(self, messages: list[Message]) -> None:
        """Add every line, in order."""
        for n, message in enumerate(messages):
            where = f"{self._writer.where}: chat_logs[{n}]"
            match message.text:
                case "Submit-Deal":
                    self._add_deal(message, f"{where}.task_data")
                case "Reject-Deal":
                    self._answer("reject-proposal", message.id, where)
                case "Accept-Deal":
                    self._answer("accept-proposal", message.id, where)
                    self._settled = True
                case "Walk-Away":
                    self._writer.add("withdraw-consent", {}, party=message.id)
                case words:
                    self._writer.add("record-statement", {"text": words}, party=message.id)

    def _add_deal(self, message: Message, where: str) -> None:
        deal = _converted(dict(message.task_data), Deal, where)
        (other,) = (party for party in self._parties if party != message.id)
        shares = {message.id: deal.issue2youget, other: deal.issue2theyget}
        if not deal.issue2youget or set(deal.issue2youget) != set(deal.issue2theyget):
            raise DecodeError(where, "the two sides have different items", "the same items")
        clauses = [
            {
                "clause_id": issue,
                "issue": issue,
                "params": {party: shares[party][issue] for party in self._parties},
            }
            for issue in sorted(deal.issue2youget)
        ]
        self._deals += 1
        data: dict[str, object] = {"proposal_id": f"P{self._deals}", "clauses": clauses}
        if self._deals > 1 and not self._settled:
            data["answers"] = f"P{self._deals - 1}"
        self._writer.add("table-proposal", data, party=message.id)

    def _answer(self, command: str, party: str, where: str) -> None:
        if not self._deals:
            raise DecodeError(where, "answers a deal that was never submitted", "Submit-Deal")
        self._writer.add(command, {"proposal_id": f"P{self._deals}"}, party=party)


def _converted(raw: object, kind: type[T], where: str) -> T:
    """Read a value as a type; counts may be written as text.

    Raises:
        DecodeError: It is not of the type; names the place.
    """
    try:
        if kind is Deal:
            return msgspec.json.decode(msgspec.json.encode(raw), type=kind, strict=False)
        return msgspec.json.decode(msgspec.json.encode(raw), type=kind)
    except msgspec.ValidationError as error:
        why, _, path = str(error).partition(" - at `$")
        raise DecodeError(f"{where}{path.rstrip('`')}", why, "a CaSiNo dialogue") from None
