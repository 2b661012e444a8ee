"""Take up the history of a spec or of a demo, to be told again."""

from collections.abc import Sequence
from typing import Any

import msgspec

from ledger.act import Ask
from ledger.catalogue import decode_command
from ledger.identity import Operator
from ledger.profile import ProfileRef
from ledger.profile_tables import Profile
from ledger.rooms import sees
from ledger.rulebook import shipped
from ledger.supposing import History
from ledger.supposition import Past, deeds
from projections.findings import Finding
from services.house import House
from tests.spec import Spec


def own_profile(spec: Spec) -> tuple[ProfileRef, Profile]:
    """Return the profile a spec's case goes by."""
    eyes = spec.file.rights("registry")
    return shipped().pinned(spec.file.seen_by(eyes).intake.profile, None)


def history_of(spec: Spec, viewer: str = "registry") -> History:
    """Take up what somebody reads of a spec's case."""
    eyes = spec.file.rights(viewer)
    frames = [frame for frame in spec.file.frames if sees(eyes, frame.room, frame.seq)]

    def opened(ref: str) -> object:
        return spec._batch._open(spec.file, ref)

    past = Past(
        spec.file.case_id,
        deeds(frames, opened),  # type: ignore[arg-type] # it opens events
        opened,  # type: ignore[arg-type]
        frozenset(eyes),
        spec.clock.at,
    )
    return History(past, shipped(), *own_profile(spec))


def lines(findings: Sequence[Finding]) -> str:
    """Write findings down, one a line, as a golden file holds them."""
    return "".join(f"{_line(one)}\n" for one in findings)


def _line(one: Finding) -> str:
    when = " ".join(str(x) for x in (one.on, one.done, one.days) if x is not None)
    parts = (one.verdict, one.rule, one.about or "", when, ", ".join(one.entries), one.says)
    return " | ".join((*parts, one.arithmetic or "")).rstrip(" |")


def given_to(house: House, operator: Operator, command: str, data: dict[str, Any]) -> None:
    """Give one command of the institution to a ledger."""
    ask = Ask(command=command, id=f"{command}-{len(str(data))}", acting_for="registry")
    read = decode_command(command, msgspec.json.encode(data))
    answer = house.desk.send(ask, read, operator, "command line").result()
    assert answer.done, answer.why
