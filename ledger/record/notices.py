"""Tell people: neutral notices, misdisclosures, breaches of security (rows J5, J17, J18)."""

from typing import Annotated, Any, ClassVar, Literal, TypeAlias

from msgspec import Meta

from ledger.act import Act, Broken, Command, Decision, Placed, rule
from ledger.common_rules import id_is_new, one_will_do, party_is_known
from ledger.parties import Standing
from ledger.record.governance_events import (
    BreachClass,
    InformationClass,
    MisdisclosureReported,
    NoticeBounced,
    NoticeChannel,
    NoticeDelivered,
    NoticeOpened,
    NoticeSent,
    SecurityBreachNotified,
)
from ledger.record.sealing import Ref
from ledger.record.state import Record
from ledger.terms import Day, Hash, Id, PartyId, Words, next_id

Fate: TypeAlias = Literal["delivered", "bounced", "opened"]
OVER = ("bounced", "opened")
"""After these nothing more is heard of a notice."""


@rule("refuse")
def notice_is_of_what_its_party_reads(
    act: Act[Any],  # noqa: ARG001 - a rule takes the act
    standing: Standing,
    party: str,
    about: str,
) -> None:
    """A notice points at an entry its party may read, and so tells nobody of anything else."""
    room = about.rpartition(":")[0]
    mine = room == f"desk:{party}" or (room == "joint" and party in standing.staying())
    if about not in standing.entries or not mine:
        raise Broken(
            f"{party} is told of nothing but the joint record and its own desk",
            f"an entry of the joint room or of desk:{party}",
        )


@rule("refuse")
def notice_was_sent(act: Act[Any], state: Record, room: str, notice_id: str) -> None:
    """Only a notice that was sent arrives, comes back or is opened, and each once."""
    known = state.governance.notices.get((room, notice_id))
    if known is None:
        raise Broken(f"no notice {notice_id} was sent at {room}", "send-notice")
    fate = getattr(act.data, "fate", None)
    if known in OVER or known == fate:
        raise Broken(f"notice {notice_id} was {known}", "another notice")


@rule("refuse")
def somebody_is_affected(act: Act[Any], affected: tuple[str, ...]) -> None:  # noqa: ARG001 - a rule takes the act
    """A breach is notified to those it affects."""
    if not affected:
        raise Broken("it is not said whom it affects", "the parties in `affected`")


@rule("refuse")
def reporter_tells_the_owner(act: Act[Any], owner: str | None) -> None:
    """A party reports the exposure of its own information, or of what it received by mistake."""
    if owner is None and act.role != "registry":
        raise Broken("it is not said whose information it is", "the party in `owner`")


def to_follow_notice(act: Act[Any], state: Record, standing: Standing) -> None:  # noqa: ARG001 - every occasion takes the three
    """Ask for a notice of which more can be heard."""
    open_ones = [key for key, now in state.governance.notices.items() if now not in OVER]
    mine = [key for key in open_ones if act.party is None or key[0] == f"desk:{act.party}"]
    one_will_do(act, mine, lambda _: None, "notice on its way", "send-notice")


class SendNotice(Command, frozen=True, kw_only=True, tag="send-notice"):
    """Say that a party was told of something new; the notice itself tells no more than that.

    Attributes:
        about: The entry it is about, as `joint:12`.
    """

    by = ("registry",)
    example: ClassVar[dict[str, Any]] = {"to": "B", "channel": "mail", "about": "joint:3"}
    to: PartyId
    channel: NoticeChannel
    about: Ref
    notice_id: Id | None = None


def send_notice(state: Record, standing: Standing, act: Act[SendNotice]) -> Decision:
    """Record a notice at the desk of its party.

    Raises:
        RuleViolation: party_is_known, notice_is_of_what_its_party_reads, id_is_new.
    """
    data, room = act.data, f"desk:{act.data.to}"
    party_is_known(act, standing, data.to)
    notice_is_of_what_its_party_reads(act, standing, data.to, data.about)
    taken = {name for where, name in state.governance.notices if where == room}
    name = data.notice_id or next_id("NT", taken)
    id_is_new(act, taken, name, name)
    sent = NoticeSent(notice_id=name, to=data.to, channel=data.channel, about=data.about)
    return [Placed(room, sent)]


class FollowNotice(Command, frozen=True, kw_only=True, tag="follow-notice"):
    """Say what became of a notice.

    Attributes:
        to: Party it was sent to, None for the party that acts.
        proof: SHA-256 of the proof of delivery.
        reason: Why it came back.
    """

    by = ("registry", "party")
    occasions = (to_follow_notice,)
    example: ClassVar[dict[str, Any]] = {"to": "B", "notice_id": "NT1", "fate": "delivered"}
    notice_id: Id
    fate: Fate
    to: PartyId | None = None
    proof: Hash | None = None
    reason: Words | None = None


def follow_notice(
    state: Record,
    standing: Standing,  # noqa: ARG001 - every decision takes the three
    act: Act[FollowNotice],
) -> Decision:
    """Record what became of a notice.

    Raises:
        RuleViolation: notice_was_sent.
    """
    data = act.data
    room = f"desk:{act.party or data.to}"
    notice_was_sent(act, state, room, data.notice_id)
    heard: dict[Fate, NoticeDelivered | NoticeBounced | NoticeOpened] = {
        "delivered": NoticeDelivered(notice_id=data.notice_id, proof=data.proof),
        "bounced": NoticeBounced(notice_id=data.notice_id, reason=data.reason),
        "opened": NoticeOpened(notice_id=data.notice_id),
    }
    return [Placed(room, heard[data.fate])]


class ReportMisdisclosure(Command, frozen=True, kw_only=True, tag="report-misdisclosure"):
    """Report that information reached somebody it was not for; not what it says.

    Attributes:
        owner: Party it belongs to, None for the party that acts.
        exposed_to: Who could read it, or did.
        elsewhere: Case it was exposed in, where that is another.
    """

    by = ("registry", "mediator", "party")
    example: ClassVar[dict[str, Any]] = {
        "owner": "A",
        "information": "caucus_item",
        "exposed_to": ["person:holt"],
        "measures": "The entry is void and sealed.",
    }
    information: InformationClass
    owner: PartyId | None = None
    exposed_to: tuple[Annotated[str, Meta(min_length=1, max_length=200)], ...] = ()
    elsewhere: Words | None = None
    measures: Words | None = None


def report_misdisclosure(
    state: Record,  # noqa: ARG001 - every decision takes the three
    standing: Standing,
    act: Act[ReportMisdisclosure],
) -> Decision:
    """Tell the owner and the registry; where it is nobody's, the registry alone.

    Raises:
        RuleViolation: reporter_tells_the_owner, party_is_known.
    """
    data = act.data
    owner = data.owner or act.party
    reporter_tells_the_owner(act, owner)
    if owner is not None:
        party_is_known(act, standing, owner)
    reported = MisdisclosureReported(
        owner=owner,
        information=data.information,
        exposed_to=data.exposed_to,
        elsewhere=data.elsewhere,
        measures=data.measures,
    )
    return [Placed("registry" if owner is None else f"desk:{owner}", reported)]


class NotifySecurityBreach(Command, frozen=True, kw_only=True, tag="notify-security-breach"):
    """Tell those affected of a breach of security.

    Attributes:
        affected: Parties affected.
        on: Day of the breach at the seat.
    """

    by = ("registry",)
    example: ClassVar[dict[str, Any]] = {
        "breach": "confidentiality",
        "affected": ["A"],
        "what": "A copy of the key file was taken from an office.",
        "measures": "The keys were changed.",
    }
    breach: BreachClass
    affected: tuple[PartyId, ...]
    what: Words
    on: Day | None = None
    measures: Words | None = None


def notify_security_breach(
    state: Record,  # noqa: ARG001 - every decision takes the three
    standing: Standing,
    act: Act[NotifySecurityBreach],
) -> Decision:
    """Tell each party affected at its own desk, so that none learns who else was.

    Raises:
        RuleViolation: somebody_is_affected, party_is_known.
    """
    data = act.data
    somebody_is_affected(act, data.affected)
    for party in data.affected:
        party_is_known(act, standing, party)
    told = SecurityBreachNotified(
        breach=data.breach, on=data.on, what=data.what, measures=data.measures
    )
    rooms = ["registry", *(f"desk:{party}" for party in dict.fromkeys(data.affected))]
    return [Placed(room, told) for room in rooms]
