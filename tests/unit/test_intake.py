"""Intake: requests, invitations, consent, representatives, cases taken over."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import msgspec
import pytest

from ledger import deadlines
from ledger.act import Act, Command, Placed, Role
from ledger.deadlines import (
    DeadlineMet,
    DeadlineMissed,
    DeadlineReviewNeeded,
    Deadlines,
    DeadlineSet,
)
from ledger.envelope import Event, Frame, content_bytes, describe, frame_of, opened
from ledger.errors import DecodeError, RuleViolation
from ledger.intake.commands import DECIDE
from ledger.intake.due import overdue
from ledger.intake.events import (
    EVENTS,
    AuthorityLimited,
    CaseTakenOver,
    ConsentGiven,
    ConsentWithdrawn,
    ContinuationAgreed,
    DisputeScopeDefined,
    DisputeScopeVaried,
    InvitationDeclined,
    InvitationIssued,
    InvitationServed,
    MediationOfferedAnew,
    MediationRequested,
    ReplyPeriodElapsed,
    RepresentativeAuthorised,
    RequestAcknowledged,
    RequestDeclined,
    RequestLapsed,
    RequestRegistered,
    RequestWithdrawn,
    ServiceFailed,
    SilenceTreatedAsRefusal,
)
from ledger.intake.state import Intake, evolve
from ledger.parties import Entry, Mandate, Phase, Session, Standing
from ledger.profile import Profile, ProfileRef, builtin, load, reference
from ledger.reasons import ReasonsGiven
from ledger.terms import Money
from tests import examples as scenes
from tests.spec import do, given

HOUSE = load(builtin()["house-default"])
HOUSE_REF = reference(builtin()["house-default"])
COMMANDS = {str(kind.__struct_config__.tag): kind for kind in DECIDE}
SERVED = datetime(2026, 3, 5, 10, 0, tzinfo=UTC)
TOLD = "2026-04-08T08:30:00Z"

Silence = Literal["elective_rejection", "automatic_lapse", "none"]


def profile(
    *,
    silence: Silence = "elective_rejection",
    trigger: str = "invitation_served",
    days: int = 30,
    **keys: Any,  # noqa: ANN401 - keys of the profile, of many types
) -> Profile:
    """Vary the house procedure."""
    reply = msgspec.structs.replace(
        HOUSE.reply, silence_effect=silence, trigger=trigger, period_days=days
    )
    return msgspec.structs.replace(HOUSE, reply=reply, **keys)


@dataclass
class Case:
    """The intake alone, seen by the registry, folded from what is decided.

    Attributes:
        now: Instant of the next act.
        standing: What the other parts say; parties and dates are filled in here.
        recorded: Every event with its room, in order.
    """

    profile: Profile = HOUSE
    now: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    standing: Standing = field(default_factory=Standing)
    state: Intake = field(default_factory=Intake)
    dates: Deadlines = field(default_factory=Deadlines)
    seqs: dict[str, int] = field(default_factory=dict)
    events: dict[str, Event] = field(default_factory=dict)
    recorded: list[Placed] = field(default_factory=list)
    noted: list[str] = field(default_factory=list)

    def act(self, command: Command, by: str, **envelope: Any) -> Act[Any]:  # noqa: ANN401 - an act's own fields
        """Make an act of a party, by its id, or of a role."""
        role: Role = by if by in ("registry", "mediator", "authority") else "party"  # type: ignore[assignment] # one of the roles
        act: Act[Any] = Act(
            data=command,
            actor=f"party:{by}" if role == "party" else f"person:{by}",
            role=role,
            party=by if role == "party" else None,
            now=self.now,
            when=self.now,
            occurred=self.now.isoformat(),
            entered_by="person:clerk",
            profile=self.profile,
            profile_ref=HOUSE_REF,
            open=self.events.__getitem__,
            rooms=dict(self.seqs),
            number="GO-2026-0001",
        )
        return replace(act, **envelope)

    def seen(self) -> Standing:
        """Say what the parts know, with the parties and dates as they stand."""
        return msgspec.structs.replace(
            self.standing,
            parties=self.state.parties,
            authorities=self.state.authorities,
            taken_over=self.state.taken_over,
            deadlines=self.dates,
        )

    def do(self, name: str, by: str = "registry", **data: Any) -> list[Placed]:  # noqa: ANN401 - a command's own fields
        """Give a command, record what it decides and return it; `at_` keys set the envelope."""
        envelope = {k.removeprefix("at_"): data.pop(k) for k in list(data) if k.startswith("at_")}
        kind = COMMANDS[name]
        command = msgspec.convert(data, kind)
        act = self.act(command, by, **envelope)
        standing = self.seen()
        for guard in kind.guards:
            guard(act, standing)
        placed = DECIDE[kind](self.state, standing, act)
        self.noted = [mark.rule for mark in act.noted]
        for one in placed:
            self.record(one, act.occurred)
        return placed

    def record(self, one: Placed, occurred: str | None) -> None:
        """Fold an event in, as its stored frame would be."""
        content_bytes(one.event)
        seq = self.seqs[one.room] = self.seqs.get(one.room, 0) + 1
        self.events[f"{one.room}:{seq}"] = one.event
        self.recorded.append(one)
        frame: Frame[Any] = Frame(
            room=one.room,
            seq=seq,
            recorded=self.now,
            occurred=occurred if one.occurred is msgspec.UNSET else one.occurred,
            actor="person:clerk",
            entered_by="person:clerk",
            auth="test",
            channel="command line",
            command="c",
            event=frame_of(one.event),
        )
        if isinstance(one.event, deadlines.EVENTS):
            self.dates = deadlines.evolve(self.dates, frame)
        elif isinstance(one.event, EVENTS):
            assert describe(frame)
            self.state = evolve(self.state, frame)

    def pass_until(self, now: datetime) -> list[Placed]:
        """Let time pass and record what fell due, the dates missed first."""
        self.now = now
        placed = overdue(self.state, self.seen(), self.profile, now, "joint")
        for date in list(self.dates.book.values()):
            if date.passed(now):
                missed = DeadlineMissed(deadline_id=date.set.deadline_id, due=date.due)
                self.record(Placed(date.room, missed), None)
        for one in placed:
            self.record(one, None)
        return placed

    def consent(self, party: str) -> str:
        """Say where a party's consent stands."""
        return self.state.parties[party].consent


def kinds(placed: list[Placed]) -> list[type[Event]]:
    """Name the types of the events placed."""
    return [type(one.event) for one in placed]


def rooms(placed: list[Placed]) -> list[str]:
    """Name the rooms of the events placed."""
    return [one.room for one in placed]


def requested(case: Case | None = None, others: tuple[str, ...] = ("B",), **data: Any) -> Case:  # noqa: ANN401 - a command's own fields
    """Begin with a request of A."""
    case = case or Case()
    fields: dict[str, Any] = {
        "requester": "A",
        "others": others,
        "title": "Berth fees",
        "dispute": "Fees for berth 4.",
        "names": {"A": "Aldora Fisheries"},
        **data,
    }
    case.do("request-mediation", "A", **fields)
    return case


def registered(case: Case | None = None, others: tuple[str, ...] = ("B",), **data: Any) -> Case:  # noqa: ANN401 - a command's own fields
    """Go on to registration."""
    case = requested(case, others, **data)
    case.do("register-request")
    return case


def invited(case: Case | None = None, others: tuple[str, ...] = ("B",)) -> Case:
    """Go on to service on the others on Thursday 5 March 2026."""
    case = registered(case, others)
    case.now = SERVED
    for party in others:
        case.do("issue-invitation", party=party)
        case.do("record-service", party=party)
    return case


def consented(others: tuple[str, ...] = ("B",)) -> Case:
    """Go on to the consent of all."""
    case = invited(others=others)
    for party in others:
        case.do("give-consent", party)
    return case


def refused(rule: str, case: Case, name: str, by: str = "registry", **data: Any) -> RuleViolation:  # noqa: ANN401 - a command's own fields
    """Expect a command refused by a rule and nothing recorded."""
    before = len(case.recorded)
    with pytest.raises(RuleViolation) as refusal:
        case.do(name, by, **data)
    assert refusal.value.rule == rule, str(refusal.value)
    assert len(case.recorded) == before
    return refusal.value


# ---- request


def test_a_request_opens_a_case_at_the_requesters_desk() -> None:
    """The others learn nothing of it before it is registered."""
    case = requested(external_ref="old:7", representatives={"person:aune": ["negotiate"]})
    assert [(p.room, type(p.event)) for p in case.recorded] == [("desk:A", MediationRequested)]
    assert case.state.number == "GO-2026-0001"
    assert case.state.external_ref == "old:7"
    assert list(case.state.parties) == ["A", "B"]
    assert (case.consent("A"), case.consent("B")) == ("consented", "none")
    assert case.state.requester() == "A"
    assert case.state.authorities["A", "person:aune"].ref == "desk:A:1"


def test_the_folded_request_holds_no_content() -> None:
    """The state knows who asks whom, not about what."""
    case = requested()
    assert case.state.request is not None
    assert opened(case.state.request.title, "unset") == "unset"


def test_a_party_asks_in_its_own_name() -> None:
    """B cannot file a request of A; the registry may enter it for A."""
    data: dict[str, Any] = {"requester": "A", "others": ["B"], "title": "t", "dispute": "d"}
    refused("requester_is_the_actor", Case(), "request-mediation", "B", **data)
    assert kinds(Case().do("request-mediation", **data)) == [MediationRequested]


def test_parties_have_ids_of_their_own() -> None:
    """Nobody mediates with oneself."""
    data = {"requester": "A", "others": ["A"], "title": "t", "dispute": "d"}
    refused("parties_are_distinct", Case(), "request-mediation", "A", **data)


def test_names_are_given_for_parties_alone() -> None:
    """A name for C, who is no party, is a slip."""
    data = {
        "requester": "A",
        "others": ["B"],
        "title": "t",
        "dispute": "d",
        "names": {"C": "Somebody"},
    }
    refused("names_are_of_parties", Case(), "request-mediation", "A", **data)


def test_a_joint_request_is_signed_by_all() -> None:
    """With B's signature missing it is no joint request."""
    data: dict[str, Any] = {
        "requester": "A",
        "others": ["B"],
        "title": "t",
        "dispute": "d",
        "joint": True,
        "signatories": {"A": "person:aune"},
    }
    refused("joint_request_is_signed_by_all", Case(), "request-mediation", "A", **data)


def test_a_joint_request_carries_the_consents() -> None:
    """Registration puts them into the joint record; no invitation is needed."""
    signed = {"A": "person:aune", "B": "person:holt"}
    case = requested(joint=True, signatories=signed)
    placed = case.do("register-request")
    assert kinds(placed) == [RequestRegistered, ConsentGiven, ConsentGiven]
    assert {case.consent("A"), case.consent("B")} == {"consented"}


def test_receipt_is_acknowledged_once() -> None:
    """The acknowledgement gives the requester the number."""
    case = requested()
    placed = case.do("acknowledge-request")
    assert (rooms(placed), kinds(placed)) == (["desk:A"], [RequestAcknowledged])
    assert case.state.acknowledged
    refused("request_is_acknowledged_once", case, "acknowledge-request")


def test_a_declined_request_keeps_its_reasons_at_the_desk() -> None:
    """Before registration nobody else hears of it."""
    case = requested()
    placed = case.do("decline-request", ground="scope", reasons="Family matter.")
    assert kinds(placed) == [RequestDeclined, ReasonsGiven]
    assert set(rooms(placed)) == {"desk:A"}
    assert case.state.ended == "declined"


def test_declining_a_registered_request_tells_all_without_the_ground() -> None:
    """The others learn that, not why: a safety ground could endanger."""
    case = invited()
    placed = case.do("decline-request", ground="safety", reasons="Threats.")
    assert rooms(placed) == ["desk:A", "joint", "desk:A"]
    joint = placed[1].event
    assert isinstance(joint, RequestDeclined)
    assert joint.ground is None
    refused("request_is_open", case, "give-consent", "B")


def test_a_request_is_withdrawn_where_it_stands() -> None:
    """At the desk before registration, in the joint room after."""
    early, late = requested(), invited()
    assert rooms(early.do("withdraw-request", "A")) == ["desk:A"]
    assert kinds(late.do("withdraw-request", "A", reason="Settled.")) == [RequestWithdrawn]
    assert late.recorded[-1].room == "joint"
    assert late.state.ended == "withdrawn"
    refused("request_is_open", late, "withdraw-request", "A")


def test_only_the_requester_withdraws() -> None:
    """B can decline, not withdraw."""
    refused("actor_is_requester", invited(), "withdraw-request", "B")


# ---- registration, invitation, service


def test_registration_pins_the_profile_and_names_the_parties() -> None:
    """What is served on the others comes from the request; representatives are told."""
    case = requested(representatives={"person:aune": ["negotiate", "settle"]})
    placed = case.do("register-request")
    assert kinds(placed) == [RequestRegistered, RepresentativeAuthorised]
    first = placed[0].event
    assert isinstance(first, RequestRegistered)
    assert (first.title, first.dispute) == ("Berth fees", "Fees for berth 4.")
    assert first.received == "2026-03-02T09:00:00Z"
    assert case.state.profile == HOUSE_REF
    assert case.state.authorities["A", "person:aune"].ref == "joint:2"
    assert case.state.parties["A"].consent_ref == "joint:1"


def test_the_dispute_may_be_served_in_other_words() -> None:
    """The registry can leave out what is not for the others."""
    case = requested()
    first = case.do("register-request", dispute="Berth fees, generally.")[0].event
    assert isinstance(first, RequestRegistered)
    assert first.dispute == "Berth fees, generally."


def test_a_request_is_registered_once() -> None:
    """A second common record would split the case."""
    refused("request_is_registered_once", registered(), "register-request")


def test_nobody_is_invited_before_registration() -> None:
    """There is no joint room to be invited to."""
    refused("request_is_registered", requested(), "issue-invitation", party="B")


def test_an_invitation_goes_to_a_party_of_the_case() -> None:
    """C is not one."""
    refused("party_is_known", registered(), "issue-invitation", party="C")


def test_the_requester_or_the_registry_invites() -> None:
    """B does not invite itself."""
    case = registered()
    refused("actor_is_requester", case, "issue-invitation", "B", party="B")
    assert kinds(case.do("issue-invitation", "A", party="B")) == [InvitationIssued]
    assert case.consent("B") == "invited"


def test_a_served_party_is_not_invited_again() -> None:
    """While service is open or failed, it may be."""
    case = registered()
    case.do("issue-invitation", party="B")
    failed = case.do("record-service-failure", party="B", reason="Moved.")
    assert kinds(failed) == [ServiceFailed]
    refused("invitation_was_sent", case, "record-service", party="B")
    case.do("issue-invitation", party="B", carrier="courier")
    case.do("record-service", party="B")
    refused("party_awaits_invitation", case, "issue-invitation", party="B")
    refused("service_is_recorded_once", case, "record-service", party="B")


def test_service_without_an_invitation_on_record_is_irregular() -> None:
    """A clerk who reports it truthfully is heard."""
    case = registered()
    refused("invitation_was_sent", case, "record-service", party="B")
    case.do("record-service", party="B", at_reported=True)
    assert case.noted == ["invitation_was_sent"]


def test_the_reply_period_runs_from_service_with_its_arithmetic() -> None:
    """Thursday 5 March, 30 days: Saturday 4 April, Easter Monday a holiday, so Tuesday 7 April."""
    case = invited()
    assert kinds(case.recorded[-2:]) == [InvitationServed, DeadlineSet]
    date = case.dates.running("reply", about="B")
    assert date is not None
    assert (date.on, date.set.concerns, date.set.elected_by) == ("2026-04-07", "B", "A")
    assert date.set.expiry == "elective"
    assert "Easter Monday" in date.arithmetic


def test_no_period_runs_from_a_moment_that_is_not_recorded() -> None:
    """A local time or none says too little."""
    for occurred in (None, "2026-03-05T10:00:00"):
        case = registered()
        case.do("issue-invitation", party="B")
        assert kinds(case.do("record-service", party="B", at_occurred=occurred)) == [
            InvitationServed
        ]


@pytest.mark.parametrize(
    ("trigger", "on"),
    [
        ("invitation_sent", "2026-03-20"),
        ("request_transmitted", "2026-03-20"),
        ("request_received", "2026-02-17"),
        ("request_registered", "2026-03-03"),
    ],
)
def test_the_profile_says_what_the_reply_period_runs_from(trigger: str, on: str) -> None:
    """Received 2 February, registered 16 February, sent 5 March; 15 days each."""
    case = Case(profile=profile(trigger=trigger, days=15))
    case.now = datetime(2026, 2, 2, 9, 0, tzinfo=UTC)
    requested(case)
    case.now = datetime(2026, 2, 16, 9, 0, tzinfo=UTC)
    case.do("register-request")
    case.now = SERVED
    case.do("issue-invitation", party="B")
    assert kinds(case.do("record-service", party="B")) == [InvitationServed]
    date = case.dates.running("reply", about="B")
    assert date is not None
    assert date.on == on


def test_a_profile_without_reply_period_sets_no_date() -> None:
    """As for records taken over."""
    case = Case(profile=load(builtin()["as-recorded"]))
    invited(case)
    assert not case.dates.book


# ---- consent and silence


def test_consent_meets_the_reply_date() -> None:
    """B says yes in time."""
    case = invited()
    placed = case.do("give-consent", "B", signatory="person:holt")
    assert kinds(placed) == [ConsentGiven, DeadlineMet]
    assert case.consent("B") == "consented"
    assert case.state.parties["B"].consent_ref == "joint:5"


def test_a_conditional_consent_is_resolved_by_giving_it_again() -> None:
    """The condition's words stay content, its id is seen."""
    case = invited()
    case.do("give-consent", "B", conditions={"C1": "Talks in Brevik."})
    assert (case.consent("B"), case.state.parties["B"].conditions) == ("conditional", ("C1",))
    case.do("give-consent", "B")
    assert (case.consent("B"), case.state.parties["B"].conditions) == ("consented", ())


def test_consent_answers_an_invitation() -> None:
    """Before it, and after a plain yes, there is none to answer."""
    refused("party_was_invited", registered(), "give-consent", "B")
    refused("party_was_invited", consented(), "give-consent", "B")


def test_consent_after_the_period_counts_while_nobody_elected() -> None:
    """SC-02, elective: 8 April only the fact; 10 April B's yes is good; 11 April A is too late."""
    case = invited()
    passed = case.pass_until(datetime(2026, 4, 8, 9, 0, tzinfo=UTC))
    assert kinds(passed) == [ReplyPeriodElapsed]
    assert passed[0].occurred == case.state.elapsed["B"]
    case.now = datetime(2026, 4, 10, 9, 0, tzinfo=UTC)
    case.do("give-consent", "B")
    assert case.consent("B") == "consented"
    case.now = datetime(2026, 4, 11, 9, 0, tzinfo=UTC)
    why = refused("reply_is_outstanding", case, "treat-silence-as-refusal", "A", party="B").why
    assert "B: consented (joint:7)" in why


def test_what_fell_due_is_recorded_once() -> None:
    """The clock may look as often as it likes, and only the joint room holds it."""
    case = invited()
    day = datetime(2026, 4, 8, 9, 0, tzinfo=UTC)
    assert overdue(case.state, case.seen(), HOUSE, day, "desk:A") == []
    assert overdue(case.state, case.seen(), HOUSE, day - timedelta(days=3), "joint") == []
    assert kinds(case.pass_until(day)) == [ReplyPeriodElapsed]
    assert case.pass_until(day + timedelta(days=1)) == []


def test_the_requester_elects_once_the_time_is_over() -> None:
    """Before that day the silence means nothing."""
    case = invited()
    refused("reply_period_has_elapsed", case, "treat-silence-as-refusal", "A", party="B")
    case.pass_until(datetime(2026, 4, 8, 9, 0, tzinfo=UTC))
    placed = case.do("treat-silence-as-refusal", "A", party="B", notified=TOLD)
    assert kinds(placed) == [SilenceTreatedAsRefusal]
    assert case.consent("B") == "declined"
    assert case.state.silences["B"].by == "election"


def test_the_silent_party_is_told_where_the_profile_asks_for_notice() -> None:
    """The house does; an election without it is refused, and one to come is no notice."""
    case = invited()
    case.pass_until(datetime(2026, 4, 8, 9, 0, tzinfo=UTC))
    elect = (case, "treat-silence-as-refusal", "A")
    refused("silent_party_is_told", *elect, party="B")
    refused("notice_was_given", *elect, party="B", notified="2026-04-09T09:00:00Z")
    with pytest.raises(DecodeError, match="not an instant"):
        case.do("treat-silence-as-refusal", "A", party="B", notified="on Monday morning")
    (placed,) = case.do("treat-silence-as-refusal", "A", party="B", notified=TOLD)
    assert isinstance(placed.event, SilenceTreatedAsRefusal)
    assert placed.event.notified == TOLD


def test_an_election_reported_without_notice_is_marked() -> None:
    """The clerk may have to record truthfully that nobody told B."""
    spec = given(*scenes.invited()).at(datetime(2026, 4, 8, 9, 0, tzinfo=UTC))
    spec.when(do("treat-silence-as-refusal", by="A", party="B", at_reported=True))
    spec.then_irregular("silent_party_is_told")


def test_nobody_else_elects() -> None:
    """Under the house profile the registry has no election."""
    case = invited()
    case.pass_until(datetime(2026, 4, 8, 9, 0, tzinfo=UTC))
    refused("elector_is_entitled", case, "treat-silence-as-refusal", party="B")


def test_the_institution_elects_where_the_profile_says_so() -> None:
    """Then the requester does not."""
    reply = msgspec.structs.replace(HOUSE.reply, elected_by="institution")
    case = invited(Case(profile=msgspec.structs.replace(HOUSE, reply=reply)))
    case.pass_until(datetime(2026, 4, 8, 9, 0, tzinfo=UTC))
    refused("elector_is_entitled", case, "treat-silence-as-refusal", "A", party="B")
    placed = case.do("treat-silence-as-refusal", party="B", notified=TOLD)
    assert kinds(placed) == [SilenceTreatedAsRefusal]


def test_an_election_needs_an_elective_profile_and_a_date() -> None:
    """Where silence does nothing, or no time runs, there is nothing to elect."""
    information = invited(Case(profile=profile(silence="none")))
    refused("silence_may_be_elected", information, "treat-silence-as-refusal", "A", party="B")
    unserved = registered()
    unserved.do("issue-invitation", party="B")
    refused("silence_may_be_elected", unserved, "treat-silence-as-refusal", "A", party="B")


def test_who_answered_is_not_silent() -> None:
    """C is silent, B is not: the election names B and comes too late."""
    case = invited(others=("B", "C"))
    case.do("give-consent", "B")
    case.pass_until(datetime(2026, 4, 8, 9, 0, tzinfo=UTC))
    why = refused("party_is_silent", case, "treat-silence-as-refusal", "A", party="B").why
    assert "B consented first (joint:" in why


def test_under_an_automatic_profile_the_request_lapses_by_itself() -> None:
    """SC-02, automatic: received 2 February, 15 days, lapsed with 17 February."""
    case = Case(profile=profile(silence="automatic_lapse", trigger="request_received", days=15))
    case.now = datetime(2026, 2, 2, 9, 0, tzinfo=UTC)
    requested(case)
    case.do("register-request")
    case.do("issue-invitation", party="B")
    fell = case.pass_until(datetime(2026, 2, 18, 9, 0, tzinfo=UTC))
    assert kinds(fell) == [ReplyPeriodElapsed, RequestLapsed]
    assert case.state.silences["B"].at == "2026-02-17T22:59:59.999999Z"
    offered = case.do("give-consent", "B")
    assert kinds(offered) == [MediationOfferedAnew]
    assert (case.consent("B"), case.state.offers) == ("declined", frozenset({"B"}))


def test_a_consent_in_time_entered_after_the_lapse_goes_to_review() -> None:
    """It counts by when it happened; what follows for the lapse somebody must decide (I-14)."""
    case = invited(Case(profile=profile(silence="automatic_lapse")))
    case.pass_until(datetime(2026, 4, 9, 9, 0, tzinfo=UTC))
    seq = case.seqs["joint"]
    placed = case.do("give-consent", "B", at_when=datetime(2026, 4, 6, 9, 0, tzinfo=UTC))
    assert kinds(placed) == [ConsentGiven, DeadlineReviewNeeded]
    review = placed[1].event
    assert isinstance(review, DeadlineReviewNeeded)
    assert review.about == f"joint:{seq + 1}"
    assert case.consent("B") == "consented"


def test_a_late_entry_before_any_election_goes_to_review_too() -> None:
    """The date was closed as missed; the consent happened before it ended."""
    case = invited()
    case.pass_until(datetime(2026, 4, 9, 9, 0, tzinfo=UTC))
    placed = case.do("give-consent", "B", at_when=datetime(2026, 4, 6, 9, 0, tzinfo=UTC))
    assert kinds(placed) == [ConsentGiven, DeadlineReviewNeeded]


def test_declining_keeps_reasons_at_the_partys_desk() -> None:
    """The others learn that B declined, not why."""
    case = invited()
    placed = case.do("decline-invitation", "B", reasons="We prefer the courts.")
    assert kinds(placed) == [InvitationDeclined, DeadlineMet, ReasonsGiven]
    assert rooms(placed) == ["joint", "joint", "desk:B"]
    assert case.consent("B") == "declined"
    refused("party_was_invited", case, "decline-invitation", "B")


# ---- leaving and going on


def test_a_consent_is_withdrawn_with_its_reason_at_the_desk() -> None:
    """SC-10: the joint record says who left, its desk why."""
    case = consented()
    placed = case.do("withdraw-consent", "B", reason="Board.", effective="2026-04-01T12:00:00Z")
    expected: list[type[Event]] = [ConsentWithdrawn, ReasonsGiven]
    assert kinds(placed) == expected
    assert rooms(placed) == ["joint", "desk:B"]
    assert case.consent("B") == "withdrawn"
    refused("consent_stands", case, "withdraw-consent", "B")
    refused("party_was_invited", case, "give-consent", "B")


def test_an_effective_date_is_an_instant() -> None:
    """A time without offset is refused."""
    with pytest.raises(DecodeError):
        consented().do("withdraw-consent", "B", effective="2026-04-01T12:00:00")


def test_consent_ends_with_execution() -> None:
    """After it the settlement's own terms rule; a partial one leaves the talks free (I-16)."""
    case = consented()
    case.standing = Standing(executed=True, phase=Phase.SETTLED)
    refused("settlement_is_not_executed", case, "withdraw-consent", "B")
    case.standing = Standing(executed=True, phase=Phase.MEDIATING)
    assert kinds(case.do("withdraw-consent", "B")) == [ConsentWithdrawn]


@pytest.mark.parametrize(
    ("needed", "reached"),
    [
        ("first_session", Standing(sessions={"S1": Session("S1", "closed")})),
        ("protocol_issued", Standing(entries={"joint:9": Entry("protocol-issued", "x", "x")})),
    ],
)
def test_the_profile_says_from_when_a_party_may_leave(needed: str, reached: Standing) -> None:
    """SC-10, the variant: not before the step it names."""
    case = consented()
    case.profile = profile(withdrawal_allowed_from=needed)
    refused("leaving_is_possible_yet", case, "withdraw-consent", "B")
    case.standing = reached
    assert kinds(case.do("withdraw-consent", "B")) == [ConsentWithdrawn]


def test_those_who_stay_agree_one_by_one_to_continue() -> None:
    """SC-10: Z goes, X and Y sign; only the second makes it complete."""
    case = consented(others=("B", "C"))
    refused("somebody_left", case, "agree-continuation", "A")
    case.do("withdraw-consent", "C")
    first = case.do("agree-continuation", "A", reduced_scope="Without C.")[0].event
    second = case.do("agree-continuation", "B")[0].event
    assert isinstance(first, ContinuationAgreed)
    assert isinstance(second, ContinuationAgreed)
    assert (first.complete, second.complete) == (False, True)
    assert second.remaining == ("A", "B")
    refused("continuation_is_agreed_once", case, "agree-continuation", "B")
    refused("continuation_is_agreed_once", case, "agree-continuation", "C")


def test_another_departure_asks_again() -> None:
    """An agreement to go on was about those who stayed then."""
    case = consented(others=("B", "C", "D"))
    case.do("withdraw-consent", "D")
    case.do("agree-continuation", "A")
    case.do("withdraw-consent", "C")
    assert case.state.continuing == frozenset()


def test_one_alone_cannot_continue() -> None:
    """With two parties the end of one is the end."""
    case = consented()
    case.do("withdraw-consent", "B")
    refused("rest_may_continue", case, "agree-continuation", "A")


def test_a_profile_may_end_the_mediation_when_one_leaves() -> None:
    """Then the rest have nothing to agree to."""
    case = consented(others=("B", "C"))
    case.profile = profile(multi_party_withdrawal="ends")
    case.do("withdraw-consent", "C")
    refused("rest_may_continue", case, "agree-continuation", "A")


def test_continuing_needs_ones_own_consent() -> None:
    """B is invited and has not answered; reported all the same, it is marked."""
    case = invited(others=("B", "C"))
    case.do("decline-invitation", "C")
    refused("party_has_consented", case, "agree-continuation", "B")
    case.do("agree-continuation", "B", at_reported=True)
    assert case.noted == ["party_has_consented"]


# ---- representatives and scope


def test_an_authority_is_joint_and_its_limits_are_the_partys_own() -> None:
    """A does not learn that B's representative may go to a million."""
    case = consented()
    placed = case.do(
        "authorise-representative",
        "B",
        person="person:holt",
        powers=["negotiate", "settle"],
        ends="2027-01-01T00:00:00Z",
        ceiling={"amount": "1000000", "currency": "EUR"},
    )
    assert kinds(placed) == [RepresentativeAuthorised, AuthorityLimited]
    assert rooms(placed) == ["joint", "party:B"]
    limited = placed[1].event
    assert isinstance(limited, AuthorityLimited)
    assert limited.ceiling == Money("1000000", "EUR")
    held = case.state.authorities["B", "person:holt"]
    assert (held.powers, held.limits_ref) == (("negotiate", "settle"), "party:B:1")


def test_eyes_without_the_partys_room_see_no_limits() -> None:
    """The same fold without `party:B` knows of none."""
    case = consented()
    case.do("authorise-representative", "B", person="person:holt", powers=["sign"], limits="Small.")
    other = Case()
    for one in case.recorded:
        if one.room == "joint":
            other.record(one, case.now.isoformat())
    assert other.state.authorities["B", "person:holt"].limits_ref is None


def test_a_limit_on_an_authority_not_seen_is_no_error() -> None:
    """The fold judges nothing."""
    case = Case()
    case.record(Placed("party:B", AuthorityLimited(party="B", person="person:x")), None)
    assert case.state.authorities == {}


def test_a_new_authority_replaces_the_old_with_its_limits() -> None:
    """What held before is in the record, not in force."""
    case = consented()
    case.do("authorise-representative", "B", person="person:holt", powers=["sign"], limits="Small.")
    case.do("authorise-representative", "B", person="person:holt", powers=["negotiate"])
    held = case.state.authorities["B", "person:holt"]
    assert (held.powers, held.limits_ref) == (("negotiate",), None)


def test_a_representative_hands_on_no_power_it_does_not_hold() -> None:
    """Holt may negotiate, so he may let another negotiate and not sign."""
    case = consented()
    case.do("authorise-representative", "B", person="person:holt", powers=["negotiate"])
    holt = {"person": "person:lie", "at_actor": "person:holt"}
    refused("actor_has_power", case, "authorise-representative", "B", powers=["sign"], **holt)
    assert case.do("authorise-representative", "B", powers=["negotiate"], **holt)


def test_an_authority_ends_after_it_starts() -> None:
    """Not the other way round, and both are instants."""
    case = consented()
    holt = {"person": "person:holt", "powers": ["sign"]}
    times = {"starts": "2026-05-01T00:00:00Z", "ends": "2026-04-01T00:00:00Z"}
    name = "authorise-representative"
    refused("authority_ends_after_it_starts", case, name, "B", **holt, **times)
    with pytest.raises(DecodeError):
        case.do(name, "B", **holt, ends="next Tuesday")


def test_the_scope_is_what_all_agreed() -> None:
    """One missing makes it irregular; reported it is marked."""
    case, issues = consented(), {"fee": "The fee", "term": "The term"}
    refused("scope_is_agreed_by_all", case, "define-scope", issues=issues, agreed_by=["A"])
    case.do("define-scope", issues=issues, agreed_by=["A"], at_reported=True)
    assert case.noted == ["scope_is_agreed_by_all"]
    refused("party_is_known", case, "define-scope", issues=issues, agreed_by=["A", "X"])


def test_a_scope_defined_again_is_varied() -> None:
    """The list replaces the earlier one; each issue names the event that holds its words."""
    case = consented()
    placed = case.do("define-scope", issues={"fee": "The fee"}, agreed_by=["A", "B"])
    assert kinds(placed) == [DisputeScopeDefined]
    placed = case.do("define-scope", issues={"term": "The term"}, agreed_by=["A", "B"])
    assert kinds(placed) == [DisputeScopeVaried]
    assert case.state.issues == {"term": f"joint:{case.seqs['joint']}"}


def test_a_mediator_records_the_scope_under_its_mandate() -> None:
    """A stranger does not."""
    case = consented()
    scope: dict[str, Any] = {"issues": {"fee": "The fee"}, "agreed_by": ["A", "B"]}
    refused("actor_is_mediator", case, "define-scope", "mediator", **scope)
    case.standing = Standing(mandate=Mandate(1, "active", ("person:mediator",)))
    assert case.do("define-scope", "mediator", **scope)


# ---- cases taken over


@pytest.mark.parametrize(
    ("phase", "consent"),
    [
        ("REQUESTED", "none"),
        ("INVITED", "invited"),
        ("ENGAGED", "consented"),
        ("CLOSED", "consented"),
    ],
)
def test_a_case_is_taken_over_with_the_consent_its_phase_implies(phase: str, consent: str) -> None:
    """No act is invented: one event says what the source asserts and what is not in our record."""
    case = Case()
    placed = case.do(
        "take-over-case",
        source="casino",
        parties=["mturk_agent_1", "mturk_agent_2"],
        phase=phase,
        title="Dialogue 1",
        external_ref="casino:1",
        facts=["engaged"],
        not_recorded=["request", "mediator"],
    )
    assert kinds(placed) == [CaseTakenOver]
    assert case.consent("mturk_agent_2") == consent
    assert (case.state.taken_over, case.state.external_ref) == (True, "casino:1")
    assert case.state.profile == HOUSE_REF


def test_a_case_taken_over_may_name_who_asked() -> None:
    """Then only that party counts as having asked."""
    case = Case()
    case.do(
        "take-over-case",
        source="fmcs",
        parties=["U", "E"],
        requesters=["U"],
        phase="REQUESTED",
        title="First contract",
    )
    assert case.state.requester() == "U"
    assert (case.consent("U"), case.consent("E")) == ("consented", "none")


def test_what_follows_from_signatures_cannot_be_asserted() -> None:
    """A settlement elsewhere is reported, never executed here (I-13)."""
    data: dict[str, Any] = {"source": "x", "parties": ["A", "B"], "title": "t"}
    for phase in ("NONE", "SETTLED", "MONITORING"):
        refused("asserted_phase_is_possible", Case(), "take-over-case", phase=phase, **data)


def test_a_case_taken_over_without_requester_is_declined_before_all() -> None:
    """There is no desk to tell the reasons to."""
    case = Case()
    data: dict[str, Any] = {
        "source": "x",
        "parties": ["A", "B"],
        "title": "t",
        "phase": "REQUESTED",
    }
    case.do("take-over-case", **data)
    refused("request_is_acknowledged_once", case, "acknowledge-request")
    refused("request_is_registered_once", case, "register-request")
    assert rooms(case.do("decline-request", ground="abuse", reasons="r")) == ["joint"]


# ---- eyes that see less


def test_a_party_these_eyes_do_not_know_stays_unknown() -> None:
    """The fold judges nothing: whoever did not see the beginning folds the rest."""
    for event in (ConsentGiven(party="B", signatory="x"), InvitationDeclined(party="B")):
        case = Case()
        case.record(Placed("joint", event), None)
        assert case.state.parties == {}


def test_a_request_of_unknown_date_counts_as_received_when_it_was_written() -> None:
    """Later than it was, perhaps; never earlier."""
    case = requested(at_occurred=None)
    assert case.state.received == "2026-03-02T09:00:00Z"


# ---- scenarios, through the whole core


@pytest.mark.usefixtures("both_ways")
def test_scenario_silence_under_an_elective_profile() -> None:
    """SC-02: the date passes, consent comes, the election comes too late."""
    case = given(*scenes.invited()).at(datetime(2026, 4, 8, 9, 0, tzinfo=UTC))
    late = case.when(do("give-consent", by="B"))
    assert [f.event.__class__ for f in late.new_frames()] == [
        DeadlineMissed,  # the number of mediators
        DeadlineMissed,
        ReplyPeriodElapsed,
        ConsentGiven,
    ]
    late.when(do("treat-silence-as-refusal", by="A", party="B"))
    late.then_refused("reply_is_outstanding")


@pytest.mark.usefixtures("both_ways")
def test_scenario_one_goes_and_two_stay() -> None:
    """SC-10: the mediation goes on once both who stay have agreed."""
    case = given(*scenes.mediating(("A", "B", "C")))
    case.when(do("withdraw-consent", by="C", reason="Board.")).then(ConsentWithdrawn, ReasonsGiven)
    case.given(do("agree-continuation", by="A"))
    case.when(do("agree-continuation", by="B")).then(ContinuationAgreed)
    assert case.file.seen_by(case.file.rights("registry")).phase == Phase.MEDIATING


@pytest.mark.usefixtures("both_ways")
def test_scenario_of_two_one_goes() -> None:
    """SC-10, the variant: the end of one is the end."""
    case = given(*scenes.mediating()).when(do("withdraw-consent", by="B"))
    assert case.file.seen_by(case.file.rights("party:A")).phase == Phase.TERMINATED


# ---- the whole part


@pytest.mark.parametrize("kind", list(DECIDE), ids=list(COMMANDS))
def test_every_command_shows_a_valid_example(kind: type[Command]) -> None:
    """What `--example` prints can be sent."""
    assert isinstance(msgspec.convert(kind.example, kind), kind)
    assert kind.by


def test_the_profile_reference_is_what_the_case_keeps() -> None:
    """Id, version and hash."""
    assert isinstance(registered().state.profile, ProfileRef)
