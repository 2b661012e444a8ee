"""Answer what a caller asks over NATS: act, receipt, view."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec
from msgspec import Struct, field

from ledger.answer import Answer
from ledger.errors import DecodeError
from ledger.identity import Operator
from services.desk import read_json
from services.house import House
from services.reading import Eyes, listing, next_acts, releases
from services.reading.neutrality import neutrality_file
from services.reading.party_set import party_list
from services.reading.proposals import proposals
from services.reading.receipts import receipt
from services.reading.showing import show
from services.reading.trail import audit

AUTH: Final = "account of the broker"
ANSWER_BYTES_MAX: Final = 1_000_000
"""The broker carries a mebibyte."""
_ENCODER: Final = msgspec.json.Encoder(order="deterministic")


class WantedView(Struct, frozen=True, forbid_unknown_fields=True):
    """What to look at.

    Attributes:
        view: Name of the view, as on the command line.
        case: Case number, external reference or unique prefix; may be left out for `cases`.
        viewer: Whose eyes, the caller's own by default.
        at: Moment to look from: an instant with its offset, or an entry, room:sequence.
    """

    view: str
    case: str | None = None
    viewer: str | None = field(default=None, name="as")
    at: str | None = None


class WantedReceipt(Struct, frozen=True, forbid_unknown_fields=True):
    """Which command's receipt.

    Attributes:
        command: Id of the command.
        case: Where it was given, where that is not clear.
        viewer: Whose eyes, the caller's own by default.
    """

    command: str
    case: str | None = None
    viewer: str | None = field(default=None, name="as")


_VIEWS: Final = msgspec.json.Decoder(WantedView)
_RECEIPTS: Final = msgspec.json.Decoder(WantedReceipt)
_LISTS: Final[Mapping[str, Callable[[Eyes, str | None], Any]]] = {
    "cases": listing.cases,
    "proposals": proposals,
    "audit": audit,
    "deadlines": listing.deadlines,
    "obligations": listing.obligations,
    "neutrality": neutrality_file,
    "releases": releases.release_desk,
    "parties": party_list,
}
VIEWS: Final = ("show", "next", *_LISTS)
"""Views that may be asked for."""


def known_caller(house: House, subscriber: str) -> Operator:
    """Recognise a caller: the operator of the subscriber's name, in whatever role it has.

    Raises:
        RuleViolation: operator_is_known.
    """
    return house.desk.operator(subscriber, auth=AUTH)


def view(house: House, operator: Operator, body: bytes) -> bytes:
    """Return a view as one JSON document, as `--json` prints it.

    Raises:
        DecodeError: The question cannot be read, or its answer is too long for one message.
        LedgerError: As the view itself.
    """
    wanted = read_json(body, _VIEWS, '{"view": "show", "case": "GO-2026-0001"}')
    if wanted.view not in VIEWS:
        raise DecodeError("view", f"there is no view {wanted.view!r}", ", ".join(VIEWS))
    if wanted.case is None and wanted.view != "cases":
        raise DecodeError("case", f"{wanted.view} needs a case", "its number or reference")
    answer = _ENCODER.encode(_looked(house, operator, wanted))
    if len(answer) > ANSWER_BYTES_MAX:
        why = f"the answer has {len(answer)} bytes, and a message at most {ANSWER_BYTES_MAX}"
        raise DecodeError("case", why, "one case, or `goodoffices export`")
    return answer


def _looked(house: House, operator: Operator, wanted: WantedView) -> object:
    if wanted.view == "next":
        if wanted.at is not None:
            raise DecodeError("at", "what may be done is told of now alone", "leave it out")
        assert wanted.case is not None, "checked before"
        return next_acts(house, operator, wanted.case, wanted.viewer)
    eyes = Eyes(house, operator, wanted.viewer, wanted.at)
    if wanted.view == "show":
        return next(show(eyes, wanted.case))
    return list(_LISTS[wanted.view](eyes, wanted.case))


def proof(house: House, operator: Operator, body: bytes) -> bytes:
    """Return the receipt of a command, once its entries are sealed.

    Raises:
        DecodeError: The question cannot be read.
        LedgerError: As `receipt`.
    """
    wanted = read_json(body, _RECEIPTS, '{"command": "the id of a command"}')
    eyes = Eyes(house, operator, wanted.viewer)
    return _ENCODER.encode(receipt(eyes, wanted.command, wanted.case))


def encoded(answer: Answer) -> bytes:
    """Write an answer as a JSON document."""
    return _ENCODER.encode(answer)
