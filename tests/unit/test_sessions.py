"""Sessions: held as fixed, recorded without words, and confidences that stay where they were."""

from typing import Any

import msgspec
import pytest
from msgspec import UNSET

from ledger.envelope import Event
from ledger.errors import DecodeError
from ledger.parties import Mandate, Party, Session
from ledger.profile import Profile
from ledger.sessions.caucus_events import (
    CaucusNoted,
    CaucusOpened,
    DisclosureAuthorised,
    InformationConveyed,
)
from ledger.sessions.commands import DECIDE
from ledger.sessions.conduct_events import CONDUCT_EVENTS
from ledger.sessions.events import EVENTS, SessionOpened
from ledger.sessions.keeping_events import KEEPING_EVENTS
from ledger.sessions.state import Sessions, evolve
from tests.unit.part import AS_RECORDED, HOUSE, Part, kinds, only, standing

SUSPENDED = Mandate(1, "suspended", ("person:ortiz",))
GONE = {"A": Party("A", consent="withdrawn"), "B": Party("B", consent="consented")}
TURN = {
    "speaker": "person:abe",
    "party": "A",
    "kind": "opening",
    "start": "2026-03-02T09:00:00Z",
    "end": "2026-03-02T09:12:00Z",
}
WORDING = "A sees room for movement on the price."
UNTIL = "2026-03-06T17:00:00+01:00[Europe/Oslo]"
HIDDEN_METADATA: Profile = msgspec.structs.replace(HOUSE, caucus_metadata="hidden")


def part(*parties: str, profile: Profile = HOUSE, **known: Any) -> Part[Sessions]:  # noqa: ANN401 - any field of a standing
    """Begin with S1 fixed, terms in force and rights explained."""
    return Part(DECIDE, evolve, Sessions(), standing(*parties, **known), profile=profile)


def opened(**known: Any) -> Part[Sessions]:  # noqa: ANN401 - any field of a standing
    """Begin with session S1 open."""
    case = part(**known)
    case.do("open-session")
    return case


def told(*parties: str) -> Part[Sessions]:
    """Begin with two confidences of A."""
    case = part(*parties)
    case.do("open-caucus", party="A")
    case.do("receive-in-caucus", party="A", text="We would go down to 800 k.")
    case.do("receive-in-caucus", party="A", text="Our CFO is leaving.", secrecy="secret")
    return case


def released(*parties: str, recipients: tuple[str, ...] = ("B",)) -> Part[Sessions]:
    """Begin with words of the first confidence released until Friday 17:00."""
    case = told(*parties)
    case.do(
        "authorise-disclosure",
        "A",
        item_id="C1",
        wording=WORDING,
        recipients=recipients,
        valid_until=UNTIL,
    )
    return case


CONVEY = {"owner": "A", "authorisation_id": "R1", "wording": WORDING}
AUTHORISE = {"item_id": "C1", "wording": WORDING, "recipients": ["B"]}


@pytest.mark.parametrize("kind", DECIDE, ids=lambda kind: kind.__name__)
def test_every_example_is_a_valid_command(kind: type[Any]) -> None:
    """What `--example` prints can be sent as it stands."""
    assert msgspec.convert(kind.example, kind)


def test_a_session_is_opened_as_it_was_fixed() -> None:
    """The one fixed first, where none is named."""
    case = part(sessions={"S0": Session("S0", "cancelled"), "S1": Session("S1", "scheduled")})
    decision = case.do("open-session", mode="remote", guidelines_reiterated=True, place="a room")
    assert kinds(decision) == [("joint", "SessionOpened")]
    assert decision[0].event == SessionOpened(
        session_id="S1", mode="remote", guidelines_reiterated=True, place="a room"
    )
    assert case.state.sessions == {"S1": Session("S1", "open")}
    assert case.state.open_session() == "S1"


def test_a_session_held_without_being_fixed_can_be_reported() -> None:
    """It gets the next number."""
    case = part(sessions={})
    assert only(case.notes("session_is_scheduled", "open-session")).session_id == "S1"


def test_a_cancelled_session_is_not_held() -> None:
    """Unless it was, and the clerk says so."""
    case = part(sessions={"S1": Session("S1", "cancelled")})
    case.notes("session_is_scheduled", "open-session", session_id="S1")


@pytest.mark.parametrize(
    ("rule", "known"),
    [
        ("mandate_is_active", {"mandate": SUSPENDED}),
        ("terms_protect_the_talks", {"terms_in_force": False}),
        ("rights_are_explained_before_talks", {"rights_explained": False}),
    ],
)
def test_no_session_begins_without_mandate_terms_and_rights(
    rule: str, known: dict[str, Any]
) -> None:
    """A session held nevertheless is recorded and marked; a case taken over is not measured."""
    part(**known).notes(rule, "open-session")
    case = part(**known, taken_over=True)
    case.do("open-session")
    assert not case.noted


def test_a_session_is_opened_once() -> None:
    """Open, adjourned or closed, it is not opened again."""
    case = opened()
    case.refuses("session_is_opened_once", "open-session", session_id="S1")


def test_one_session_is_held_at_a_time() -> None:
    """A second one is refused until the first is closed."""
    both = {"S1": Session("S1", "scheduled"), "S2": Session("S2", "scheduled")}
    case = opened(sessions=both)
    case.refuses("one_session_is_held_at_a_time", "open-session", session_id="S2")
    case.do("close-session")
    case.do("open-session", session_id="S2")
    case.notes("session_is_adjourned", "resume-session", session_id="S1")


def test_a_session_is_adjourned_and_resumed() -> None:
    """While it is adjourned, so are the talks."""
    case = opened()
    until = "2026-04-07T10:00:00+02:00"
    gone = only(case.do("adjourn-session", until=until, confidentiality_reminded=True, terms="x"))
    assert (gone.session_id, gone.until, gone.confidentiality_reminded) == ("S1", until, True)
    assert (case.state.adjourned, case.state.sessions["S1"].status) == (True, "adjourned")
    case.refuses("session_was_opened", "adjourn-session")
    case.notes("session_is_under_way", "adjourn-session", session_id="S1")
    case.do("resume-session", session_id="S1")
    assert (case.state.adjourned, case.state.sessions["S1"].status) == (False, "open")
    case.notes("session_is_adjourned", "resume-session", session_id="S1")


def test_a_resumed_session_is_the_only_one() -> None:
    """Another one open stands in its way."""
    both = {"S1": Session("S1", "scheduled"), "S2": Session("S2", "scheduled")}
    case = opened(sessions=both)
    case.do("adjourn-session")
    case.do("open-session", session_id="S2")
    case.refuses("one_session_is_held_at_a_time", "resume-session", session_id="S1")


def test_a_session_is_closed_once() -> None:
    """A second close is refused, or marked if reported."""
    case = opened()
    case.do("close-session")
    assert case.state.sessions["S1"].status == "closed"
    case.notes("session_is_not_over", "close-session", session_id="S1")


def test_until_is_an_instant() -> None:
    """A time without an offset cannot be read."""
    with pytest.raises(DecodeError):
        opened().do("adjourn-session", until="2026-04-07T10:00:00")


@pytest.mark.parametrize(
    ("command", "data"),
    [
        ("record-attendance", {"person": "person:abe"}),
        ("record-speaking-turn", TURN),
        ("adjourn-session", {}),
        ("close-session", {}),
        ("resume-session", {"session_id": "S1"}),
    ],
)
def test_what_happens_in_a_session_needs_one_that_was_opened(
    command: str, data: dict[str, Any]
) -> None:
    """A session only fixed, or none at all, is refused."""
    case = part()
    case.refuses("session_was_opened", command, **{"session_id": "S1", **data})
    if "session_id" not in data:
        case.refuses("session_was_opened", command, **data)


def test_attendance_says_who_with_whom_and_how_long() -> None:
    """Also after the session is closed."""
    case = opened()
    data = {"came": "2026-03-02T09:00:00Z", "left": "2026-03-02T10:00:00Z"}
    there = only(case.do("record-attendance", person="person:abe", party="A", **data))
    assert (there.session_id, there.person, there.party) == ("S1", "person:abe", "A")
    case.do("close-session")
    assert case.do("record-attendance", "registry", person="person:ortiz", session_id="S1")
    assert case.do("record-attendance", "registry", person="person:clerk", session_id="S1")
    case.refuses(
        "party_is_known", "record-attendance", person="person:abe", session_id="S1", party="Z"
    )


def test_nobody_takes_part_unbound() -> None:
    """An expert without an undertaking is refused or marked; with one it is let in."""
    opened().notes("participant_is_bound", "record-attendance", person="person:expert")
    case = opened(undertakings=frozenset({"person:expert"}))
    case.do("record-attendance", person="person:expert")
    assert not case.noted


def test_what_lasts_ends_after_it_began() -> None:
    """A turn or a presence of no length is refused."""
    case = opened()
    back = {**TURN, "end": TURN["start"]}
    case.refuses("end_is_after_start", "record-speaking-turn", **back)
    times = {"came": TURN["end"], "left": TURN["start"]}
    case.refuses("end_is_after_start", "record-attendance", person="person:abe", **times)


def test_turns_are_numbered_and_hold_no_words() -> None:
    """The next number follows the highest."""
    case = opened()
    first = only(case.do("record-speaking-turn", **TURN, interrupted=2))
    assert (first.order, first.interrupted, first.session_id) == (1, 2, "S1")
    case.do("record-speaking-turn", "registry", **TURN, order=7)
    assert only(case.do("record-speaking-turn", **TURN)).order == 8
    case.refuses("party_is_known", "record-speaking-turn", **{**TURN, "party": "Z"})


def test_words_are_kept_only_where_the_profile_allows_it() -> None:
    """The house forbids it, a source that has them is recorded as it is."""
    part().refuses("transcripts_are_allowed", "record-statement", "A", text="x")
    part().refuses("transcripts_are_allowed", "record-statement", "A", text="x", at_reported=True)
    case = part(profile=AS_RECORDED)
    said = case.do("record-statement", "A", text="Hello!")
    assert kinds(said) == [("joint", "StatementRecorded")]
    assert (only(said).party, only(said).order, only(said).session_id) == ("A", 1, None)
    assert only(case.do("record-statement", "registry", text="Hi", party="B")).order == 2
    assert only(case.do("record-statement", text="Welcome")).party is None


def test_words_belong_to_a_session_where_one_is_open() -> None:
    """Or to the one named, if it was opened."""
    case = part(profile=AS_RECORDED)
    case.refuses("session_was_opened", "record-statement", "A", text="x", session_id="S1")
    case.do("open-session")
    assert only(case.do("record-statement", "A", text="x")).session_id == "S1"
    assert only(case.do("record-statement", "A", text="x", session_id="S1")).session_id == "S1"


def test_words_are_ones_own() -> None:
    """A cannot record what B said; nobody records a stranger's words."""
    case = part(profile=AS_RECORDED)
    case.refuses("words_are_of_the_party_named", "record-statement", "A", text="x", party="B")
    case.refuses("party_is_known", "record-statement", "registry", text="x", party="Z")


def test_a_party_without_consent_says_nothing_more() -> None:
    """Unless a source reports that it did."""
    case = part(profile=AS_RECORDED, parties=GONE)
    case.notes("party_has_consented", "record-statement", "A", text="x")


def test_a_summary_is_given_confirmed_and_corrected() -> None:
    """By the mediator, and by each party for itself."""
    case = opened()
    summary = only(case.do("give-summary", issues=["noise"], text="The hours are open."))
    assert (summary.summary_id, summary.session_id) == ("SU1", "S1")
    case.do("confirm-summary", "A", summary_id="SU1")
    fixed = only(case.do("correct-summary", "B", summary_id="SU1", correction="Only the days."))
    assert (fixed.party, fixed.correction) == ("B", "Only the days.")
    case.refuses("id_is_new", "give-summary", summary_id="SU1")
    assert case.state.summaries == {"SU1"}


def test_only_a_summary_that_was_given_is_answered() -> None:
    """SU9 was not."""
    case = opened()
    case.refuses("summary_is_known", "confirm-summary", "A", summary_id="SU9")
    case.refuses("summary_is_known", "correct-summary", "A", summary_id="SU9", correction="x")


def test_a_caucus_is_opened_and_closed_in_its_own_room() -> None:
    """Its end alone shows before all, without the party, where the profile says so."""
    case = opened()
    begun = case.do("open-caucus", party="A", purpose="test")
    assert kinds(begun) == [("caucus:A", "CaucusOpened")]
    assert only(begun) == CaucusOpened(party="A", purpose="test", session_id="S1")
    assert list(case.state.caucuses) == ["caucus:A"]
    ended = case.do("close-caucus", party="A", at_occurred="2026-03-02T09:00:00Z")
    assert kinds(ended) == [("caucus:A", "CaucusClosed"), ("joint", "CaucusNoted")]
    assert ended[1].event == CaucusNoted(
        started="2026-03-02T09:00:00+00:00", ended="2026-03-02T09:00:00Z"
    )
    assert not case.state.caucuses


@pytest.mark.parametrize("metadata", ["hidden", "aggregate_at_close"])
def test_a_caucus_is_not_announced_where_the_profile_hides_it(metadata: str) -> None:
    """Nothing goes to the joint room."""
    case = part(profile=msgspec.structs.replace(HOUSE, caucus_metadata=metadata))
    case.do("open-caucus", party="A")
    assert kinds(case.do("close-caucus", party="A")) == [("caucus:A", "CaucusClosed")]


def test_caucuses_of_a_successor_are_in_rooms_of_its_own() -> None:
    """What was told before is not there."""
    case = told()
    case.standing = standing(mandate=Mandate(2, "active", ("person:ortiz",)))
    assert case.do("open-caucus", party="A")[0].room == "caucus:A@2"
    case.refuses("item_is_known", "authorise-disclosure", "A", **AUTHORISE)


def test_a_caucus_is_with_one_party_of_the_case() -> None:
    """Not with a stranger, nor with nobody."""
    case = part()
    case.refuses("caucus_party_is_named", "open-caucus", party="Z")
    case.refuses("caucus_party_is_named", "receive-in-caucus", text="x")
    case.refuses("caucus_party_is_named", "receive-in-caucus", "A", text="x", party="B")


def test_a_caucus_is_opened_before_it_is_closed_and_once() -> None:
    """Two of one party do not overlap."""
    case = part()
    case.refuses("caucus_is_open", "close-caucus", party="A")
    case.do("open-caucus", party="A")
    case.refuses("caucus_is_opened_once", "open-caucus", party="A")
    case.do("open-caucus", party="B")
    case.do("close-caucus", party="A")
    assert case.do("open-caucus", party="A")


@pytest.mark.parametrize("command", ["open-caucus", "convey-information"])
def test_no_caucus_without_an_active_mandate(command: str) -> None:
    """What happened nevertheless is marked."""
    case = released()
    case.do("close-caucus", party="A")
    case.standing = standing(mandate=SUSPENDED)
    case.notes(
        "mandate_is_active", command, **({"party": "A"} if command == "open-caucus" else CONVEY)
    )


def test_nobody_enters_a_caucus_it_does_not_read() -> None:
    """The registry at the keyboard is refused, whoever it acts for."""
    case = told()
    blind = {"at_rooms": {"joint": 0, "desk:A": 0}, "at_entered_by": "person:clerk"}
    rule = "caucus_is_read_by_whoever_enters"
    case.refuses(rule, "receive-in-caucus", party="A", text="x", **blind)
    case.refuses(rule, "authorise-disclosure", "A", **AUTHORISE, **blind)
    case.refuses(rule, "convey-information", **CONVEY, **blind)


def test_a_confidence_is_recorded_with_its_owner() -> None:
    """By the mediator or by the party; numbered in the room."""
    case = part()
    case.do("open-caucus", party="A")
    first = case.do("receive-in-caucus", party="A", text="x", secrecy="secret")
    assert kinds(first) == [("caucus:A", "CaucusInformationReceived")]
    assert (only(first).item_id, only(first).owner, only(first).secrecy) == ("C1", "A", "secret")
    assert only(case.do("receive-in-caucus", "A", text="y")).item_id == "C2"
    case.refuses("id_is_new", "receive-in-caucus", "A", text="z", item_id="C1")
    assert case.state.items == {("caucus:A", "C1"): "caucus:A:2", ("caucus:A", "C2"): "caucus:A:3"}


def test_a_confidence_received_outside_a_caucus_is_marked() -> None:
    """A letter between sessions can be reported."""
    part().notes("item_is_received_in_caucus", "receive-in-caucus", party="A", text="x")


def test_a_release_names_words_recipients_and_an_end() -> None:
    """It stays in the owner's caucus."""
    case = told()
    decision = case.do("authorise-disclosure", "A", **AUTHORISE, valid_until=UNTIL)
    assert kinds(decision) == [("caucus:A", "DisclosureAuthorised")]
    assert only(decision) == DisclosureAuthorised(
        authorisation_id="R1",
        item_id="C1",
        item_ref="caucus:A:2",
        recipients=("B",),
        valid_until=UNTIL,
        wording=WORDING,
    )
    release = case.state.releases["caucus:A", "R1"]
    assert (release.recipients, release.untold(), release.revoked) == (("B",), ("B",), False)
    case.refuses("id_is_new", "authorise-disclosure", "A", **AUTHORISE, authorisation_id="R1")


def test_only_the_owner_releases_and_only_what_is_there() -> None:
    """B has no item C1, the mediator is not asked, and C9 is nowhere."""
    case = told()
    case.refuses("item_is_known", "authorise-disclosure", "B", **{**AUTHORISE, "recipients": ["A"]})
    case.refuses("item_is_known", "authorise-disclosure", "A", **{**AUTHORISE, "item_id": "C9"})
    with pytest.raises(AssertionError, match="not for mediator"):
        case.do("authorise-disclosure", **AUTHORISE)


def test_releasing_needs_consent_and_power() -> None:
    """As does taking a release back."""
    case = released()
    case.standing = standing(authorities={})
    case.refuses("actor_has_power", "authorise-disclosure", "A", **AUTHORISE)
    case.refuses("actor_has_power", "revoke-disclosure", "A", authorisation_id="R1")
    case.refuses("actor_has_power", "receive-in-caucus", "A", text="x")
    case.standing = standing(parties=GONE)
    case.notes("party_has_consented", "authorise-disclosure", "A", **AUTHORISE)


def test_recipients_are_others_or_everybody() -> None:
    """Not the owner alone, not a stranger, and not the owner with some of the others."""
    case = told("A", "B", "C")
    rule = "recipients_are_others"
    case.refuses(rule, "authorise-disclosure", "A", **{**AUTHORISE, "recipients": ["A"]})
    case.refuses(rule, "authorise-disclosure", "A", **{**AUTHORISE, "recipients": ["A", "B"]})
    case.refuses(
        "party_is_known", "authorise-disclosure", "A", **{**AUTHORISE, "recipients": ["Z"]}
    )
    assert case.do("authorise-disclosure", "A", **{**AUTHORISE, "recipients": ["A", "B", "C"]})


def test_a_release_is_for_a_time_to_come() -> None:
    """One that ended before it was given is refused."""
    past = {**AUTHORISE, "valid_until": "2026-03-01T09:00:00Z"}
    told().refuses("release_is_not_over_yet", "authorise-disclosure", "A", **past)


def test_released_words_are_conveyed_without_their_source() -> None:
    """The recipient reads the words; the owner learns that it was told."""
    case = released()
    decision = case.do("convey-information", **CONVEY)
    assert kinds(decision) == [
        ("caucus:B", "InformationConveyed"),
        ("caucus:A", "ReleaseConveyed"),
    ]
    assert decision[0].event == InformationConveyed(wording=WORDING)
    assert decision[0].cause is None
    assert case.state.releases["caucus:A", "R1"].told == ("B",)
    case.refuses("information_is_not_conveyed_yet", "convey-information", **CONVEY)


def test_other_words_than_the_released_ones_are_refused() -> None:
    """SC-03: "A may accept 800 k" was never authorised; nor is a changed full stop."""
    case = released()
    for words in ("A may accept 800 k.", WORDING.rstrip(".")):
        case.refuses(
            "wording_is_as_authorised", "convey-information", **{**CONVEY, "wording": words}
        )


def test_a_caucus_secret_does_not_leak() -> None:
    """SC-03: conveyed at 16:40, so the revocation at 16:50 comes too late."""
    case = released()
    case.now = case.now.replace(day=6, hour=15, minute=40)
    assert case.do("convey-information", **CONVEY)
    case.now = case.now.replace(minute=50)
    case.refuses("information_is_not_conveyed_yet", "revoke-disclosure", "A", authorisation_id="R1")
    seen_by_b = [p.event for p in case.placed if p.room in ("joint", "caucus:B", "party:B")]
    assert seen_by_b == [InformationConveyed(wording=WORDING)]


def test_a_revoked_release_conveys_nothing() -> None:
    """Nor is it revoked twice."""
    case = released()
    gone = only(case.do("revoke-disclosure", "A", authorisation_id="R1"))
    assert gone.spared == ("B",)
    assert case.state.releases["caucus:A", "R1"].revoked
    case.refuses("authorisation_is_not_revoked", "convey-information", **CONVEY)
    case.refuses("authorisation_is_not_revoked", "convey-information", **CONVEY, at_reported=True)
    case.refuses("authorisation_is_not_revoked", "revoke-disclosure", "A", authorisation_id="R1")


def test_nothing_is_conveyed_without_an_authorisation() -> None:
    """Not even what its owner called harmless."""
    case = told()
    case.do("receive-in-caucus", party="A", text="We like the venue.", secrecy="may_be_told")
    case.refuses("authorisation_is_known", "convey-information", **CONVEY)
    case.refuses("authorisation_is_known", "revoke-disclosure", "A", authorisation_id="R1")


def test_a_release_ends_when_its_owner_said() -> None:
    """Whether in time is decided by when it was told, not when it was entered."""
    case = released()
    case.now = case.now.replace(day=6, hour=16, minute=30)
    case.refuses("authorisation_is_in_time", "convey-information", **CONVEY)
    late = case.do(
        "convey-information", **CONVEY, at_occurred="2026-03-06T16:40:00+01:00[Europe/Oslo]"
    )
    assert kinds(late)[0] == ("caucus:B", "InformationConveyed")


def test_each_recipient_is_told_in_its_own_room_and_once() -> None:
    """B today, C later; nobody else, and none of them twice."""
    case = released("A", "B", "C", recipients=("B", "C"))
    first = case.do("convey-information", **CONVEY, recipients=["B"])
    assert [p.room for p in first] == ["caucus:B", "caucus:A"]
    rule = "recipients_are_authorised"
    case.refuses(rule, "convey-information", **CONVEY, recipients=["B"])
    case.refuses(rule, "convey-information", **CONVEY, recipients=["A"])
    assert [p.room for p in case.do("convey-information", **CONVEY)] == ["caucus:C", "caucus:A"]


def test_a_release_half_told_is_revoked_for_the_rest() -> None:
    """C is spared what B has heard."""
    case = released("A", "B", "C", recipients=("B", "C"))
    case.do("convey-information", **CONVEY, recipients=["B"])
    assert only(case.do("revoke-disclosure", "A", authorisation_id="R1")).spared == ("C",)
    case.refuses("authorisation_is_not_revoked", "convey-information", **CONVEY)


def test_what_every_party_may_hear_is_said_before_all() -> None:
    """Once, in the joint room, and to all together."""
    case = released("A", "B", "C", recipients=("A", "B", "C"))
    case.refuses("recipients_are_authorised", "convey-information", **CONVEY, recipients=["B"])
    decision = case.do("convey-information", **CONVEY)
    assert kinds(decision) == [("joint", "InformationConveyed"), ("caucus:A", "ReleaseConveyed")]


def test_erased_words_cannot_be_checked_and_so_not_be_told() -> None:
    """The fold still knows the release; the text is gone."""
    case = released()
    ref = case.state.releases["caucus:A", "R1"].ref
    case.events[ref] = msgspec.structs.replace(case.events[ref], wording=UNSET)
    case.refuses("content_is_erased", "convey-information", **CONVEY)


def test_b_learns_nothing_from_what_a_tells_in_private() -> None:
    """Two histories that differ in A's caucus alone place the same events in B's rooms."""
    quiet, busy = part(profile=HIDDEN_METADATA), part(profile=HIDDEN_METADATA)
    busy.do("open-caucus", party="A")
    busy.do("receive-in-caucus", party="A", text="We would go down to 800 k.")
    busy.do("authorise-disclosure", "A", **AUTHORISE)
    busy.do("revoke-disclosure", "A", authorisation_id="R1")
    for case in (quiet, busy):
        case.do("open-session")
        case.do("open-caucus", party="B")
        case.do("receive-in-caucus", "B", text="x")
        case.do("give-summary")
        case.do("close-caucus", party="B")
        case.do("close-session")
    assert of_b(quiet) == of_b(busy)


def of_b(case: Part[Sessions]) -> list[tuple[str, Event]]:
    """Return what B may read."""
    return [(p.room, p.event) for p in case.placed if p.room in ("joint", "caucus:B")]


def test_one_course_records_every_event_there_is() -> None:
    """Nothing in the part's catalogue is out of reach."""
    open_terms = {"caucus_metadata": "visible_to_all", "caucus_default": "open"}
    case = part(profile=msgspec.structs.replace(AS_RECORDED, **open_terms))
    case.do("open-session")
    case.do("record-attendance", person="person:abe", party="A")
    case.do("record-speaking-turn", **TURN)
    case.do("record-statement", "A", text="x")
    case.do("give-summary")
    case.do("confirm-summary", "A", summary_id="SU1")
    case.do("correct-summary", "B", summary_id="SU1", correction="x")
    case.do("open-caucus", party="A")
    case.do("receive-in-caucus", "A", text="x")
    case.do("authorise-disclosure", "A", **AUTHORISE)
    case.do("authorise-disclosure", "A", **AUTHORISE)
    case.do("revoke-disclosure", "A", authorisation_id="R2")
    case.do("convey-information", **CONVEY)
    case.do("convey-information", owner="A", item_id="C1", wording="In substance.")
    case.do("close-caucus", party="A")
    case.do("adjourn-session")
    case.do("resume-session", session_id="S1")
    case.do("close-session")
    recorded = {type(placed.event) for placed in case.placed}
    assert recorded == set(EVENTS) - {*CONDUCT_EVENTS, *KEEPING_EVENTS}
