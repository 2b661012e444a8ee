"""Draw random histories of the whole core: any command, by anybody, at any stage.

Most draws are refused somewhere, which is the point: refusals are answers too.
"""

from typing import Any

from hypothesis import strategies as st

from ledger.act import Command
from ledger.catalogue import COMMANDS, DECIDERS
from tests import examples
from tests.spec import Order, do

PARTIES = ("A", "B", "C")
POOLS: dict[str, tuple[Any, ...]] = {
    "party": PARTIES,
    "owner": PARTIES,
    "obligor": PARTIES,
    "obligee": PARTIES,
    "proposal_id": ("P1", "P2", "P3"),
    "answers": ("P1", "P2", None),
    "session_id": ("S1", "S2"),
    "person": ("person:iyer", "person:holt", "person:lindqvist"),
    "mediators": (["person:iyer"], ["person:lindqvist"]),
    "agreed_by": (["A", "B", "C"], ["A", "B"]),
    "confirmed_by": (["A", "B", "C"], ["A", "B"]),
    "target": ("joint:3", "joint:9", "joint:20"),
    "item_id": ("C1", "C2"),
    "authorisation_id": ("R1", "R2"),
    "summary_id": ("SU1",),
    "disclosure_id": ("D1", "D2"),
    "objection_id": ("OB1", "O1"),
    "challenge_id": ("CH1", "C1"),
    "deadline_id": ("reply-B", "reply-C", "objection", "signature"),
    "obligation_id": ("O1", "O2"),
    "text_hash": (examples.HASH, examples.TEXT_HASH),
    "hash": (examples.HASH, examples.TEXT_HASH),
    "version": (1, 2, None),
    "clause_ids": (["c1"], ["c1", "c2"]),
    "joiner": ("N", "C"),
    "concerning": (["N"], ["C"], ["person:engen"]),
    "condition_id": ("C1",),
    "deposit_id": ("DP1",),
    "breach_id": ("BC1",),
    "order_id": ("OR1",),
    "mediators_agreed": (["person:iyer"], ["person:iyer", "person:lindqvist"]),
}
"""Values drawn for a field of that name, so that commands meet what others made."""

NOT_DRAWN = frozenset({"found-institution", "adopt-profile", "request-mediation", "take-over-case"})
NAMES = sorted(
    name
    for name, kind in COMMANDS.items()
    if name not in NOT_DRAWN and not kind.opens and DECIDERS[kind][0] != "institution"
)
STAGES = (
    examples.registered,
    examples.invited,
    examples.consented,
    examples.nominated,
    examples.constituted,
    examples.engaged,
    examples.preparing,
    examples.mediating,
)


@st.composite
def orders(draw: st.DrawFn, names: tuple[str, ...] = tuple(NAMES)) -> Order:
    """Draw one command with plausible data."""
    kind = COMMANDS[draw(st.sampled_from(names))]
    return do(
        str(kind.__struct_config__.tag),
        by=draw(st.sampled_from(_offices(kind))),
        at_reported=draw(st.booleans()) and draw(st.booleans()),
        **_data(draw, kind),
    )


def _offices(kind: type[Command]) -> list[str]:
    parties = list(PARTIES) if "party" in kind.by else []
    return parties + [role for role in kind.by if role not in ("party", "clock")]


def _data(draw: st.DrawFn, kind: type[Command]) -> dict[str, Any]:
    data = dict(kind.example)
    for field in kind.__struct_fields__:
        pool = POOLS.get(field)
        if pool is None or (field not in data and draw(st.booleans())):
            continue
        value = draw(st.sampled_from(pool))
        data.pop(field, None)
        if value is not None and _fits(kind, field, value):
            data[field] = value
    return data if _whole(kind, data) else dict(kind.example)


def _fits(kind: type[Command], field: str, value: object) -> bool:
    """Tell whether an example that leaves the field as a list gets a list again."""
    shown = kind.example.get(field)
    return shown is None or isinstance(shown, list) == isinstance(value, list)


def _whole(kind: type[Command], data: dict[str, Any]) -> bool:
    required = set(kind.__struct_fields__[: len(kind.__struct_fields__)])
    return set(data) <= required


stages = st.sampled_from(STAGES)
