"""What is sealed is shown to nobody, from whatever moment, and shown again once unsealed."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from services.clock import FakeClock
from services.exports.document import document
from services.reading import Eyes
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


def _seen(house: Any, case: str, viewer: str, at: str | None) -> tuple[str, Any]:  # noqa: ANN401 - a house, an entry
    """Return all that a viewer can read, as one text, and the note within."""
    eyes = Eyes(house, clerk(house), viewer, at)
    shown = next(show(eyes, case))
    exported = msgspec.json.encode(document(eyes, eyes.look(case))).decode()
    note = next((e for e in shown.timeline if e.type == "summary-given"), None)
    return exported + msgspec.json.encode(shown).decode(), note
