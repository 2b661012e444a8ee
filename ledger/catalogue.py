"""List every event and command there is, and read and write frames."""

from collections.abc import Callable
from difflib import get_close_matches
from typing import Any, NamedTuple, TypeAlias

import msgspec

from ledger import deadlines, reasons
from ledger.act import Act, Command, Decision
from ledger.decoding import decoder
from ledger.engagement import commands as engagement_commands
from ledger.engagement import events as engagement
from ledger.envelope import FRAME_ENCODER, Event, Frame, tag_of
from ledger.errors import DecodeError
from ledger.evaluation import commands as evaluation_commands
from ledger.evaluation import events as evaluation
from ledger.follow_up import commands as follow_up_commands
from ledger.follow_up import events as follow_up
from ledger.institution import commands as institution_commands
from ledger.institution import events as institution
from ledger.intake import commands as intake_commands
from ledger.intake import events as intake
from ledger.negotiation import commands as negotiation_commands
from ledger.negotiation import events as negotiation
from ledger.neutrality import commands as neutrality_commands
from ledger.neutrality import events as neutrality
from ledger.parties import Standing
from ledger.preparation import commands as preparation_commands
from ledger.preparation import events as preparation
from ledger.record import commands as record_commands
from ledger.record import events as record
from ledger.sessions import commands as sessions_commands
from ledger.sessions import events as sessions
from ledger.settlement import commands as settlement_commands
from ledger.settlement import events as settlement

AnyEvent: TypeAlias = (
    intake.IntakeEvent
    | neutrality.NeutralityEvent
    | engagement.EngagementEvent
    | preparation.PreparationEvent
    | sessions.SessionsEvent
    | negotiation.NegotiationEvent
    | settlement.SettlementEvent
    | follow_up.FollowUpEvent
    | evaluation.EvaluationEvent
    | record.RecordEvent
    | institution.InstitutionEvent
    | deadlines.DeadlineEvent
    | reasons.ReasonsGiven
)
Decider: TypeAlias = Callable[[Any, Standing, Act[Any]], Decision]


class Part(NamedTuple):
    """A part of the procedure, as the catalogue knows it."""

    name: str
    events: tuple[type[Event], ...]
    decide: dict[type[Command], Decider]


PARTS = (
    Part("intake", intake.EVENTS, intake_commands.DECIDE),
    Part("neutrality", neutrality.EVENTS, neutrality_commands.DECIDE),
    Part("engagement", engagement.EVENTS, engagement_commands.DECIDE),
    Part("preparation", preparation.EVENTS, preparation_commands.DECIDE),
    Part("sessions", sessions.EVENTS, sessions_commands.DECIDE),
    Part("negotiation", negotiation.EVENTS, negotiation_commands.DECIDE),
    Part("settlement", settlement.EVENTS, settlement_commands.DECIDE),
    Part("follow_up", follow_up.EVENTS, follow_up_commands.DECIDE),
    Part("evaluation", evaluation.EVENTS, evaluation_commands.DECIDE),
    Part("record", record.EVENTS, record_commands.DECIDE),
    Part("institution", institution.EVENTS, institution_commands.DECIDE),
    Part("deadlines", deadlines.EVENTS, {}),
    Part("reasons", reasons.EVENTS, {}),
)
PART_OF: dict[type[Event], str] = {e: part.name for part in PARTS for e in part.events}
EVENTS: dict[str, type[Event]] = {tag_of(e): e for e in PART_OF}
COMMANDS: dict[str, type[Command]] = {
    str(kind.__struct_config__.tag): kind for part in PARTS for kind in part.decide
}
DECIDERS: dict[type[Command], tuple[str, Decider]] = {
    kind: (part.name, decide) for part in PARTS for kind, decide in part.decide.items()
}

Upcast: TypeAlias = Callable[[dict[str, Any]], dict[str, Any]]
UPCASTS: dict[tuple[str, int], Upcast] = {}
"""By (tag, version): makes the fields of the next version out of those of this one."""

_FRAMES = msgspec.json.Decoder(Frame[AnyEvent])


def encode_frame(frame: Frame[Any]) -> bytes:
    """Write a frame as JSON with sorted keys."""
    return FRAME_ENCODER.encode(frame)


def decode_frame(data: bytes) -> Frame[AnyEvent]:
    """Read a frame, bringing an older shape up to today's.

    Raises:
        DecodeError: The frame is of an unknown type or version, or damaged.
    """
    try:
        frame = _FRAMES.decode(data)
    except msgspec.DecodeError as error:
        return _upcast(data, error)
    return frame if frame.v == type(frame.event).version else _upcast(data, None)


def _upcast(data: bytes, error: Exception | None) -> Frame[AnyEvent]:
    """Raise an older frame to today's shape, step by step; the stored bytes stay as they are."""
    try:
        raw = msgspec.json.decode(data)
        tag, version = raw["event"]["type"], raw.get("v", 1)
    except (msgspec.DecodeError, KeyError, TypeError) as broken:
        raise DecodeError("frame", f"cannot be read: {error or broken}") from broken
    kind = EVENTS.get(tag)
    if kind is None or version > kind.version:
        raise DecodeError(
            "frame.event", f"unknown event {tag} version {version}", "a newer release"
        )
    if version == kind.version:
        raise DecodeError(f"frame.event({tag})", f"damaged: {error}")
    for step in range(version, kind.version):
        raw["event"] = UPCASTS[tag, step](raw["event"])
    raw["v"] = kind.version
    return msgspec.convert(raw, Frame[AnyEvent])


def decode_command(name: str, data: bytes) -> Command:
    """Read a command's data.

    Raises:
        DecodeError: The command is unknown, or a field is missing, unknown or of a wrong type.
    """
    if name not in COMMANDS:
        raise DecodeError("command", f"unknown command {name!r}", nearest(name))
    try:
        return decoder(COMMANDS[name]).decode(data)
    except msgspec.DecodeError as error:
        why, _, path = str(error).partition(" - at `$")
        raise DecodeError(f"data{path.rstrip('`')}", why, f"goodoffices schema {name}") from None


def nearest(name: str) -> str:
    """Say which commands are spelt much like an unknown one."""
    close = get_close_matches(name, COMMANDS, n=3)
    return f"did you mean {' or '.join(close)}?" if close else "see `goodoffices schema`"
