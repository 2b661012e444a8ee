"""What is sealed is shown to nobody, from whatever moment, and shown again once unsealed."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from services.clock import FakeClock
from services.exports.document import document
from services.reading import Eyes
from services.reading.listing import find
from services.reading.proposals import proposals
from services.reading.showing import show
from services.reading.timeline import marks
from tests import examples
from tests.live.ledgers import clerk, give, opened, tell
from tests.spec import START, do

CANARY = "heliotrope"
SECOND = "person:second"


@pytest.mark.parametrize("viewer", ["party:A", "party:B", "mediator", "registry"])
@pytest.mark.parametrize("at", [None, "earlier"])
def test_a_sealed_note_is_in_no_view_and_no_export(
    tmp_path: Path, viewer: str, at: str | None
) -> None:
    """Timeline, document and look back alike; the entry stands there, marked."""
    with opened(tmp_path, unbound=True, clock=FakeClock(START)) as house:
        case = tell(house, [*examples.mediating(), do("give-summary", by="mediator", text=CANARY)])
        note = _seen(house, case, viewer, None)[1]
        assert note is not None
        moment = note.entry if at else None
        assert CANARY in _seen(house, case, viewer, moment)[0]
        sealing = do("seal-content", target=note.entry, ground="order", approved_by=SECOND)
        assert give(house, sealing, case).done
        told, sealed = _seen(house, case, viewer, moment)
        assert CANARY not in told
        assert any("sealed by joint:" in mark for mark in marks(sealed))
        unsealing = do("unseal-content", target=note.entry, approved_by=SECOND)
        assert give(house, unsealing, case).done
        assert CANARY in _seen(house, case, viewer, moment)[0]


@pytest.mark.parametrize("viewer", ["party:A", "party:B", "mediator", "registry"])
def test_what_is_sealed_is_found_by_nobody(tmp_path: Path, viewer: str) -> None:
    """Neither by a title nor by a name that is sealed; by its number a case is found still."""
    with opened(tmp_path, unbound=True, clock=FakeClock(START)) as house:
        opening, *rest = examples.mediating()
        named = do("request-mediation", by="A", **{**opening.data, "title": CANARY})
        case = tell(house, [named, *rest])
        refs = [e.entry for e in next(show(Eyes(house, clerk(house), "registry"), case)).timeline]
        naming = [ref for ref in refs if ref in ("desk:A:1", "joint:1")]
        assert _found(house, CANARY, viewer) == [case]
        for ref in naming:
            sealing = do("seal-content", target=ref, ground="order", approved_by=SECOND)
            assert give(house, sealing, case).done
        assert _found(house, CANARY, viewer) == []
        assert _found(house, case, viewer) == [case]
        for ref in naming:
            assert give(house, do("unseal-content", target=ref, approved_by=SECOND), case).done
        assert _found(house, CANARY, viewer) == [case]


@pytest.mark.parametrize("viewer", ["party:B", "mediator", "registry"])
def test_sealed_terms_are_in_no_history_of_proposals(tmp_path: Path, viewer: str) -> None:
    """Of one case and of all, for parties and offices; the proposal stands there without them."""
    with opened(tmp_path, unbound=True, clock=FakeClock(START)) as house:
        terms = [examples.clause(text=CANARY)]
        case = tell(house, [*examples.mediating(), examples.tabled(clauses=terms)])
        eyes = Eyes(house, clerk(house), viewer)
        (told,) = proposals(eyes, case)
        assert CANARY in str(told)
        sealing = do("seal-content", target=told.tabled, ground="order", approved_by=SECOND)
        assert give(house, sealing, case).done
        for asked in (case, None):
            (told,) = proposals(Eyes(house, clerk(house), viewer), asked)
            assert CANARY not in str(told)
            assert told.clauses == ()


def _found(house: Any, words: str, viewer: str) -> list[str | None]:  # noqa: ANN401 - a house
    """Search with somebody's eyes."""
    return [one.number for one in find(Eyes(house, clerk(house), viewer), words)]


def _seen(house: Any, case: str, viewer: str, at: str | None) -> tuple[str, Any]:  # noqa: ANN401 - a house, an entry
    """Return all that a viewer can read, as one text, and the note within."""
    eyes = Eyes(house, clerk(house), viewer, at)
    shown = next(show(eyes, case))
    exported = msgspec.json.encode(document(eyes, eyes.look(case))).decode()
    note = next((e for e in shown.timeline if e.type == "summary-given"), None)
    return exported + msgspec.json.encode(shown).decode(), note
