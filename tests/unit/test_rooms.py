"""Rooms: who reads which, from where to where, how they are named, and what is kept in each."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.catalogue import EVENTS
from ledger.rooms import (
    KINDS,
    NOTHING,
    WHOLE,
    Rights,
    Roster,
    Span,
    both,
    caucus_of,
    derived_case_id,
    either,
    group_of,
    kind_of,
    mediators_room,
    members_of,
    party_of,
    rights,
    room_id,
)
from tests import examples as ex
from tests.core_rows import ROOMS_BESIDE, ROOMS_OF_ROW
from tests.histories import PARTIES, orders, stages
from tests.spec import Order, Spec, attempt, do

THREE = ("A", "B", "C")
SUCCESSOR = "person:lindqvist"
CASE = UUID("019d0000-0000-7000-8000-000000000001")
SPANS = st.builds(Span, first=st.integers(1, 9), last=st.none() | st.integers(0, 9))


def replaced() -> list[Order]:
    """The mediator resigns and another takes office, every step repeated."""
    return [
        do("resign-mandate", by="mediator"),
        do("nominate-mediator", person=SUCCESSOR, method="joint"),
        do(
            "complete-inquiry",
            by="candidate",
            searched=["A"],
            since="2016-01-01",
            until="2026-03-01",
        ),
        do("declare-no-conflict", by="candidate", text_version="1"),
        do("declare-impartiality", by="candidate", text_version="1"),
        *(do("accept-fee-terms", by=p, terms="As before.") for p in THREE),
        do("appoint-successor", mediators=[SUCCESSOR], method="joint"),
    ]


def reads(spec: Spec, viewer: str) -> set[str]:
    """Name the kinds of rooms a viewer reads."""
    return {kind_of(room) for room in spec.file.rights(viewer)}


class TestRightsOverTime:
    """A right to read is a room, from here, to there."""

    def test_nobody_but_its_requester_and_the_registry_reads_a_request_before_service(self) -> None:
        """B is named in it, and reads nothing yet."""
        spec = Spec().given(ex.requested())
        assert spec.file.rights("party:B") == {}
        assert "desk:A" in spec.file.rights("party:A")
        assert "desk:A" in spec.file.rights("registry")

    def test_parties_read_the_joint_room_from_its_first_entry_once_registered(self) -> None:
        """What was registered is the invitation to all of them."""
        spec = Spec().given(ex.registered())
        assert spec.file.rights("party:B")["joint"] == WHOLE
        assert "desk:A" not in spec.file.rights("party:B")

    def test_a_party_reads_its_own_rooms_and_no_one_elses(self) -> None:
        """Its desk, its team's room, its caucus."""
        spec = Spec().given(ex.mediating(THREE))
        assert set(spec.file.rights("party:B")) == {"joint", "desk:B", "party:B", "caucus:B"}

    def test_a_leaver_keeps_what_it_saw_and_sees_nothing_later(self) -> None:
        """Its own leaving is the last it reads of the joint room."""
        spec = Spec().given(ex.mediating(THREE), do("withdraw-consent", by="C"))
        left = spec.file.seqs["joint"]
        spec.given(do("record-option", by="A", text="A lease."))
        assert spec.file.rights("party:C")["joint"] == Span(1, left)
        assert spec.file.frame_at(f"joint:{left}", spec.file.rights("party:C"))
        assert not spec.file.frame_at(f"joint:{left + 1}", spec.file.rights("party:C"))
        assert spec.file.rights("party:A")["joint"] == WHOLE

    def test_a_leaver_keeps_its_own_rooms(self) -> None:
        """It may still need its desk, and its caucus is its own."""
        spec = Spec().given(ex.mediating(THREE), do("withdraw-consent", by="C"))
        assert {"desk:C", "party:C", "caucus:C"} <= set(spec.file.rights("party:C"))

    def test_where_two_parties_remain_none_nobody_is_cut_off(self) -> None:
        """The end of a case with two parties is told to both."""
        spec = Spec().given(ex.mediating(), do("withdraw-consent", by="B"))
        assert spec.file.rights("party:B")["joint"] == WHOLE

    def test_a_joiner_reads_from_where_it_was_admitted(self) -> None:
        """The roster bounds a span at both ends, and so do the rights."""
        roster = Roster(parties={"A": WHOLE, "N": Span(first=7)})
        assert rights(roster, "party:N")["joint"] == Span(first=7)
        assert 6 not in rights(roster, "party:N")["joint"]

    def test_a_party_named_and_not_admitted_reads_no_joint_room(self) -> None:
        """A span of nothing is no room at all."""
        roster = Roster(parties={"A": WHOLE, "N": NOTHING})
        assert "joint" not in rights(roster, "party:N")

    def test_registry_never_reads_what_is_said_in_confidence(self) -> None:
        """Neither a caucus, nor the mediators' own room, nor a party's, nor a group's."""
        spec = Spec().given(ex.mediating(THREE), ex.caucused())
        spec.given(ex.tabled(by="A", addressees=["C"]))
        assert "group:A+C" in spec.file.seqs
        for viewer in ("registry", "auditor"):
            assert reads(spec, viewer) == {
                "joint", "chair", "registry", "challenge", "review", "protection", "desk"
            }  # fmt: skip

    def test_the_body_that_decides_challenges_reads_the_case_and_its_own_room(self) -> None:
        """It decides on what all know and on what was told to it."""
        spec = Spec().given(ex.mediating())
        assert spec.file.rights("challenge") == {"joint": WHOLE, "challenge": WHOLE}

    def test_the_reviewer_reads_what_is_told_without_names_and_nothing_else(self) -> None:
        """Not even the joint record, which names the parties."""
        spec = Spec().given(ex.closed())
        assert spec.file.rights("review") == {"review": WHOLE}

    def test_a_candidate_reads_the_chair_alone_and_only_while_it_is_asked(self) -> None:
        """Before it is asked and after it has declined it reads nothing."""
        viewer = f"candidate:{ex.MEDIATOR}"
        spec = Spec().given(ex.consented())
        assert spec.file.rights(viewer) == {}
        spec.given(do("nominate-mediator", person=ex.MEDIATOR, method="joint"))
        assert spec.file.rights(viewer) == {"chair": WHOLE}
        spec.given(do("decline-nomination", by="candidate", ground="availability"))
        assert spec.file.rights(viewer) == {}

    def test_nobody_reads_as_the_mediator_before_one_is_appointed(self) -> None:
        """A nomination opens nothing."""
        assert Spec().given(ex.nominated()).file.rights("mediator") == {}

    def test_a_mediator_reads_every_caucus_and_group_of_its_mandate(self) -> None:
        """And neither a party's own room nor a desk."""
        spec = Spec().given(ex.mediating(THREE), ex.tabled(by="A", addressees=["C"]))
        assert set(spec.file.rights("mediator")) == {
            "joint", "chair", "mediators", "group:A+C", "caucus:A", "caucus:B", "caucus:C"
        }  # fmt: skip

    def test_an_ended_mandate_stops_where_it_ended(self) -> None:
        """What came later in rooms it shared is not its own to read; its caucuses stay."""
        spec = Spec().given(ex.mediating(THREE), ex.caucused())
        spec.given(do("resign-mandate", by="mediator"))
        ended = spec.file.seqs["joint"]
        spec.given(do("withdraw-consent", by="C"))
        seen = spec.file.rights("mediator")
        assert seen["joint"] == Span(last=ended)
        assert ended + 1 not in seen["joint"]
        assert seen["caucus:A"] == WHOLE

    def test_one_of_two_mediators_leaves_and_the_other_reads_on(self) -> None:
        """A mandate ends with the last who holds it."""
        roster = Roster(parties={"A": WHOLE}, mandate=1, mediators=("person:iyer",))
        assert rights(roster, "mediator")["joint"] == WHOLE

    def test_a_successor_has_caucus_rooms_of_its_own(self) -> None:
        """Nothing of the earlier confidences is in them."""
        spec = Spec().given(ex.mediating(THREE), ex.caucused("A"), replaced())
        seen = spec.file.rights("mediator")
        assert {"caucus:A@2", "caucus:B@2", "mediators@2"} <= set(seen)
        assert not {"caucus:A", "caucus:B", "mediators"} & set(seen)
        assert seen["joint"] == WHOLE

    def test_a_party_reads_its_caucus_under_every_mandate(self) -> None:
        """What it told the first mediator stays its own."""
        spec = Spec().given(ex.mediating(THREE), ex.caucused("A"), replaced())
        assert {"caucus:A", "caucus:A@2"} <= set(spec.file.rights("party:A"))
        assert not {"caucus:A", "caucus:A@2"} & set(spec.file.rights("party:B"))

    def test_a_group_is_read_by_its_parties_and_the_mediators(self) -> None:
        """The third party does not even learn that it is there."""
        spec = Spec().given(ex.mediating(THREE), ex.tabled(by="A", addressees=["C"]))
        for viewer, reader in (("party:A", True), ("party:C", True), ("party:B", False)):
            assert ("group:A+C" in spec.file.rights(viewer)) is reader

    def test_no_such_viewer_reads_nothing(self) -> None:
        """A party of another case, a name that is none."""
        spec = Spec().given(ex.mediating())
        assert spec.file.rights("party:Z") == spec.file.rights("visitor") == {}

    def test_the_institutions_own_record_has_two_rooms(self) -> None:
        """What concerns its operators, and what anybody may know."""
        roster = Roster(institution=True)
        assert set(rights(roster, "registry")) == {"registry", "public"}


class TestRoster:
    """Who belongs to a case follows from its events."""

    def test_a_joint_request_admits_all_at_once(self) -> None:
        """Everybody signed it."""
        signed = {"A": "person:a", "B": "person:b"}
        spec = Spec().given(ex.requested(joint=True, signatories=signed))
        assert set(spec.file.roster.parties) == {"A", "B"}

    def test_an_ordinary_request_admits_its_requester(self) -> None:
        """The others are admitted when it is registered."""
        spec = Spec().given(ex.requested())
        assert set(spec.file.roster.parties) == {"A"}
        spec.given(do("register-request"))
        assert set(spec.file.roster.parties) == {"A", "B"}

    def test_a_representative_acts_for_its_party(self) -> None:
        """The same person may come to act for a second one."""
        spec = Spec().given(ex.registered(THREE))
        for party in ("A", "B"):
            spec.given(
                do("authorise-representative", by=party, person="person:holt", powers=["settle"])
            )
        assert spec.file.roster.persons["person:holt"] == ("A", "B")

    def test_a_nominee_is_a_candidate_until_it_declines_or_takes_office(self) -> None:
        """Being appointed ends it too."""
        assert Spec().given(ex.nominated()).file.roster.candidates == (ex.MEDIATOR,)
        constituted = Spec().given(ex.constituted()).file.roster
        assert constituted.candidates == ()
        assert constituted.mediators == (ex.MEDIATOR,)
        assert constituted.mandate == 1

    def test_a_mandate_that_ended_holds_where_each_shared_room_stood(self) -> None:
        """And the next appointment opens the next one."""
        spec = Spec().given(ex.mediating(THREE), do("resign-mandate", by="mediator"))
        roster = spec.file.roster
        assert roster.mediators == ()
        assert roster.closed == {r: n for r, n in spec.file.seqs.items() if r in ("joint", "chair")}
        spec.given(replaced()[1:])
        assert spec.file.roster.mandate == 2
        assert spec.file.roster.closed is None
        assert spec.file.roster.mediators == (SUCCESSOR,)


class TestNames:
    """A room is named after its kind, whom it is for, and the mandate."""

    @pytest.mark.parametrize(
        ("room", "kind", "party"),
        [
            ("joint", "joint", None),
            ("caucus:B", "caucus", "B"),
            ("caucus:B@2", "caucus", "B"),
            ("mediators@3", "mediators", None),
            ("group:A+C", "group", None),
            ("desk:A", "desk", "A"),
        ],
    )
    def test_a_name_says_kind_and_party(self, room: str, kind: str, party: str | None) -> None:
        """And nothing of what is in it."""
        assert (kind_of(room), party_of(room)) == (kind, party)

    def test_the_first_mandate_is_not_numbered(self) -> None:
        """Later ones are."""
        assert [caucus_of("A", n) for n in (0, 1, 2)] == ["caucus:A", "caucus:A", "caucus:A@2"]
        assert [mediators_room(n) for n in (1, 2)] == ["mediators", "mediators@2"]

    def test_a_group_has_one_name_whoever_begins_it(self) -> None:
        """In order, each once."""
        assert group_of(("C", "A", "C")) == group_of(("A", "C")) == "group:A+C"
        assert members_of("group:A+C") == ("A", "C")


class TestIds:
    """A room's id says nothing to who does not hold it."""

    def test_every_room_has_an_id_before_anything_is_in_it(self) -> None:
        """It is derived, so a standing room needs no event to exist."""
        ids = {room_id(b"secret", CASE, room) for room in ("joint", "caucus:A", "caucus:B")}
        assert len(ids) == 3

    def test_an_id_is_keyed(self) -> None:
        """Who knows case and name cannot compute it without the ledger's secret."""
        assert room_id(b"one", CASE, "caucus:A") != room_id(b"two", CASE, "caucus:A")
        assert room_id(b"one", CASE, "caucus:A") == room_id(b"one", CASE, "caucus:A")

    @given(room=st.sampled_from(["joint", "caucus:A", "group:A+B"]), secret=st.binary(min_size=1))
    def test_an_id_is_a_uuid_of_version_7_with_the_cases_own_time(
        self, room: str, secret: bytes
    ) -> None:
        """So the time of a room's making tells nothing either."""
        made = UUID(bytes=room_id(secret, CASE, room))
        assert made.version == 7
        assert made.variant == CASE.variant
        assert made.bytes[:6] == CASE.bytes[:6]

    def test_the_case_a_command_opens_is_the_same_when_it_is_repeated(self) -> None:
        """Another actor's command of the same id opens another case."""
        at = datetime(2026, 1, 1, tzinfo=UTC)
        one = derived_case_id(b"s", "person:a", "c1", at)
        assert one == derived_case_id(b"s", "person:a", "c1", at)
        assert one != derived_case_id(b"s", "person:b", "c1", at)
        assert one.version == 7

    def test_a_command_id_that_carries_a_time_gives_it_to_its_case(self) -> None:
        """Other ids give the epoch of the ledger."""
        at = datetime(2026, 1, 1, tzinfo=UTC)
        epoch = int(at.timestamp() * 1000).to_bytes(6, "big")
        assert derived_case_id(b"s", "a", str(CASE), at).bytes[:6] == CASE.bytes[:6]
        assert derived_case_id(b"s", "a", str(UUID(int=4)), at).bytes[:6] == epoch

    def test_standing_rooms_are_there_whether_or_not_anything_happened(self) -> None:
        """A twin case in which A was never heard alone gives B and A the same rooms."""
        quiet = Spec().given(ex.mediating())
        heard = Spec().given(ex.mediating(), ex.caucused("A"))
        for viewer in ("registry", "mediator", "party:A", "party:B"):
            assert quiet.file.rights(viewer) == heard.file.rights(viewer)


class TestTogether:
    """Two readers at one keyboard: what both may read, what one of them may."""

    @given(one=SPANS, other=SPANS, seq=st.integers(1, 10))
    def test_both_read_what_each_reads(self, one: Span, other: Span, seq: int) -> None:
        """No more and no less."""
        shared = both({"joint": one}, {"joint": other})["joint"]
        assert (seq in shared) == (seq in one and seq in other)

    @given(one=SPANS, other=SPANS, seq=st.integers(1, 10))
    def test_either_reads_at_least_what_each_reads(self, one: Span, other: Span, seq: int) -> None:
        """The spans of one reader's roles begin alike or touch; what lies between is read too."""
        joined = either({"joint": one}, {"joint": other})["joint"]
        assert not (seq in one or seq in other) or seq in joined

    def test_a_room_of_one_alone_is_not_read_by_both(self) -> None:
        """It is by either."""
        one: Rights = {"joint": WHOLE, "desk:A": WHOLE}
        other: Rights = {"joint": Span(last=3)}
        assert both(one, other) == {"joint": Span(last=3)}
        assert either(one, other) == one


class TestMapping:
    """Which event is kept in which room is data, and the data are those of the procedure."""

    @pytest.mark.parametrize("tag", [t for t, e in EVENTS.items() if e.row in ROOMS_OF_ROW])
    def test_every_event_of_a_core_row_is_kept_where_the_row_says(self, tag: str) -> None:
        """The table is written from the procedure, not from the code."""
        kind = EVENTS[tag]
        assert set(kind.rooms) <= set(ROOMS_BESIDE.get(tag, ROOMS_OF_ROW[kind.row]))

    def test_the_table_names_kinds_there_are(self) -> None:
        """A slip of the pen would allow too little, or nothing."""
        assert {kind for kinds in ROOMS_OF_ROW.values() for kind in kinds} <= set(KINDS)

    @settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
    @given(stage=stages, moves=st.lists(orders(), max_size=25))
    def test_nothing_is_recorded_in_a_room_its_event_does_not_belong_to(
        self,
        stage: Any,  # noqa: ANN401 - one of the stages
        moves: list[Order],
    ) -> None:
        """Whatever is done, by whomever, at any stage."""
        spec = Spec().given(stage(PARTIES))
        for order in moves:
            attempt(spec, order)
        for frame in spec.file.frames:
            assert kind_of(frame.room) in type(frame.event).rooms
