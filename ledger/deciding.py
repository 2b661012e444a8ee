"""Decide what a command records.

Pure: time, number, profile and content come in with the arguments; nothing is read or written here.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct

from ledger.act import Act, Ask, Broken, Command, Decision, Placed, rule
from ledger.case import Case
from ledger.casefile import CaseFile
from ledger.catalogue import DECIDERS
from ledger.common_rules import mandate_is_active
from ledger.counting import parse_instant
from ledger.envelope import NOT_RECORDED, Channel, Event
from ledger.erasing import marks
from ledger.errors import DecodeError, RuleViolation
from ledger.follow_up.limit import limit_begun
from ledger.identity import (
    Identity,
    Operator,
    authority_ref,
    check_identity,
    room_asked,
)
from ledger.opening_told import told_in_caucus
from ledger.parties import Standing
from ledger.profile import Profile
from ledger.profile_dates import dates_begun
from ledger.record.late import late_entry
from ledger.record.retention import retention_begun
from ledger.rooms import kind_of, members_of
from ledger.rulebook import Rulebook, shipped
from ledger.signatures import proof_of
from ledger.signing import Proof


class Scene(Struct, frozen=True, kw_only=True):
    """What surrounds a command when it is decided.

    Attributes:
        now: Instant of recording, UTC.
        channel: How the command came in.
        operator: Who is at the keyboard.
        rulebook: The institution's profiles.
        open: Opens an event (room:seq) of the case.
        number: Number reserved for a case it would open.
    """

    now: datetime
    channel: Channel
    operator: Operator
    rulebook: Rulebook
    open: Callable[[str], Event]
    number: str | None = None


class Decided(Struct, frozen=True):
    """A command accepted: what to record, and as whose act."""

    placed: list[Placed]
    identity: Identity
    act: Act[Any]
    proof: Proof | None = None


def decide(file: CaseFile, ask: Ask, command: Command, identity: Identity, scene: Scene) -> Decided:
    """Decide a command.

    Args:
        file: The case.
        ask: The envelope.
        command: What is asked for.
        identity: Who asks, as `identify` settled it in this case.
        scene: What surrounds it.

    Raises:
        DecodeError: A field of the envelope cannot be read.
        RuleViolation: The rule that refuses.
    """
    check_identity(identity, scene.operator, file)
    case = file.seen_by(identity.eyes)
    standing = case.standing()
    act = _act(file, ask, command, scene, identity, case)
    _check_envelope(act, ask, standing)
    proof = None
    if ask.is_signed or ask.command in act.profile.signed_commands:
        keys = (*case.record.keys, *scene.rulebook.keys)
        proof = proof_of(act, ask, command, keys, _names(file, case))
    for guard in (*gates(command), *command.guards):
        guard(act, standing)
    part, decider = DECIDERS[type(command)]
    placed = decider(getattr(case, part), standing, act)
    _rooms_are_within_sight(placed, identity, scene.operator)
    begun = dates_begun(act, standing, placed)
    placed = [*placed, *limit_begun(act, standing, placed), *begun]
    beside = (*marks(file, act, placed), *told_in_caucus(file, placed))
    placed = [*placed, *retention_begun(act, placed), *beside]
    return Decided([*placed, *late_entry(act, standing, placed)], identity, act, proof)


def _names(file: CaseFile, case: Case) -> tuple[str, ...]:
    """Name the case as a signed command may, none where there is none yet."""
    if not file.frames or file.is_institution:
        return ()
    known = (case.intake.number, case.intake.external_ref, file.case_id.hex)
    return tuple(name for name in known if name is not None)


def _rooms_are_within_sight(placed: Decision, identity: Identity, operator: Operator) -> None:
    """Nobody writes into a confidential room it may not read."""
    for one in placed:
        closed = kind_of(one.room) in ("party", "caucus", "group", "mediators")
        in_group = identity.role == "mediator" or identity.party in members_of(one.room)
        new_group = kind_of(one.room) == "group" and in_group
        if closed and one.room not in identity.eyes and not (operator.unbound or new_group):
            raise RuleViolation(
                "room_is_within_sight",
                f"operator {operator.name} may not read {one.room}, so cannot write there",
                "the mediator or a representative of the party at the keyboard",
            )


def _act(  # noqa: PLR0913 - an act has as many sides
    file: CaseFile, ask: Ask, command: Command, scene: Scene, identity: Identity, case: Case
) -> Act[Any]:
    own = DECIDERS[type(command)][0] == "institution"
    rulebook = shipped() if own else scene.rulebook
    # A profile is no confidence: somebody who is asked to mediate acts under the case's own.
    pins = case if own else file.pinning(identity.eyes)
    wanted = getattr(command, "profile", None)
    ref, profile = rulebook.pinned(pins.intake.profile, wanted, pins.engagement.variations)
    eyes, last = dict(identity.eyes), case.last
    return Act(
        data=command,
        actor=identity.actor,
        role=identity.role,
        party=identity.party,
        now=scene.now,
        when=_when(ask.occurred, scene.now, profile),
        occurred=_occurred(ask.occurred, scene.now),
        entered_by=scene.operator.person,
        reported=ask.reported or scene.channel == "import",
        channel=scene.channel,
        source=ask.source,
        profile=profile,
        profile_ref=ref,
        unconfirmed=rulebook.unconfirmed(ref),
        open=_opener(file, identity, scene),
        room=None if ask.room is None else room_asked(ask.room, identity, eyes),
        rooms={room: last.get(room, 0) for room in eyes},
        number=scene.number,
        mandate=file.roster.mandate,
        authority=authority_ref(case.standing(), identity),
        newcomers={p: s.first for p, s in file.roster.parties.items() if s.first > 1},
        operators=scene.rulebook.operators,
    )


def _opener(file: CaseFile, identity: Identity, scene: Scene) -> Callable[[str], Event]:
    def open_seen(ref: str) -> Event:
        """Open an event the eyes may read; any other is not there, and of one erased the frame."""
        frame = file.frame_at(ref, identity.eyes)
        if frame is None:
            raise RuleViolation("entry_is_known", f"there is no entry {ref} here")
        return frame.event if ref in file.erased else scene.open(ref)

    return open_seen


def _when(occurred: str | None, now: datetime, profile: Profile) -> datetime:
    """Return the instant an act happened, as far as it is known."""
    if occurred is None or occurred == NOT_RECORDED:
        return now
    if profile.local_times and _is_local(occurred):
        return now
    happened = parse_instant(occurred, field="occurred")
    if happened > now:
        raise DecodeError("occurred", "lies in the future", "a moment that has passed")
    return happened


def _is_local(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is None
    except ValueError:
        return False


def _occurred(occurred: str | None, now: datetime) -> str | None:
    if occurred is None:
        return instant(now)
    return None if occurred == NOT_RECORDED else occurred


def instant(at: datetime) -> str:
    """Write an instant as RFC 3339 in UTC."""
    there = at if at.tzinfo is UTC else at.astimezone(UTC)
    return there.isoformat().removesuffix("+00:00") + "Z"


def _check_envelope(act: Act[Any], ask: Ask, standing: Standing) -> None:
    room_is_as_seen(act, ask)
    reporter_is_registry(act, ask.reported)
    authority_is_live(act, standing)


def opens_case(command: Command) -> bool:
    """Tell whether a command opens a case, which then gets a number."""
    return command.opens and DECIDERS[type(command)][0] != "institution"


def gates(command: Command) -> tuple[Callable[[Act[Any], Standing], None], ...]:
    """Return what every command must pass before its own rules: case, role, phase."""
    own = DECIDERS[type(command)][0] == "institution"
    case_gate = () if own else (case_is_new if command.opens else case_is_open,)
    talks = (talks_go_on_here,) if mandate_is_active in command.guards else ()
    return (*case_gate, role_may_give_command, phase_allows_command, *talks)


@rule("irregular")
def talks_go_on_here(act: Act[Any], standing: Standing) -> None:  # noqa: ARG001 - a rule takes the act
    """What went over to another case is talked about there."""
    if standing.rests_in is not None:
        raise Broken(
            f"this case was consolidated with {standing.rests_in}, which leads",
            f"the same in {standing.rests_in}, or a split (split-case)",
        )


@rule("refuse")
def room_is_as_seen(act: Act[Any], ask: Ask) -> None:
    """Nothing has happened in the room since the caller looked."""
    if ask.seen is None:
        return
    room = act.room or "joint"
    last = act.rooms.get(room, 0)
    if last > ask.seen:
        raise Broken(
            f"{room} is at {last}, the caller had seen {ask.seen}",
            f"a look at {room}:{ask.seen + 1} to {room}:{last}, then the command again",
        )


@rule("refuse")
def reporter_is_registry(act: Act[Any], reported: bool) -> None:  # noqa: FBT001 - the envelope's own flag
    """Only the registry reports what happened without us."""
    mine = act.role in ("registry", "authority")
    if reported and act.entered_by == act.actor and not mine:
        raise Broken("an act of one's own is done, not reported", "the registry to report it")


@rule("refuse")
def authority_is_live(act: Act[Any], standing: Standing) -> None:
    """An authority counts only until it ends."""
    held = standing.authorities.get((act.party or "", act.actor))
    if held is not None and held.ends and parse_instant(held.ends, field="ends") < act.when:
        raise Broken(f"the authority of {act.actor} ended on {held.ends}", "a new authority")


@rule("refuse")
def case_is_new(act: Act[Any], standing: Standing) -> None:  # noqa: ARG001 - a rule takes the act
    """A case is opened once."""
    if standing.entries:
        raise Broken("the case is already open", "no case named, to open another")


@rule("refuse")
def case_is_open(act: Act[Any], standing: Standing) -> None:  # noqa: ARG001 - a rule takes the act
    """Only a command that opens a case needs no case."""
    if not standing.entries:
        raise Broken("the command needs a case", "a case number or reference in `case`")


@rule("refuse")
def role_may_give_command(act: Act[Any], standing: Standing) -> None:  # noqa: ARG001 - a rule takes the standing
    """Each act belongs to certain roles."""
    if act.role not in act.data.by:
        raise Broken(f"it is not for the {act.role} to do", f"one of: {', '.join(act.data.by)}")


@rule("irregular")
def phase_allows_command(act: Act[Any], standing: Standing) -> None:
    """Each act has its time in the procedure."""
    during = type(act.data).during
    if during and standing.phase not in during:
        when = ", ".join(sorted(during))
        raise Broken(f"the case is in phase {standing.phase}", f"one of the phases {when}")
