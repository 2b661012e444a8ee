"""The record protected: what is sealed, told, notified and kept for how long."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from ledger.deadlines import Deadline, Deadlines, DeadlineSet
from ledger.follow_up.events import CaseClosed
from ledger.parties import Entry
from ledger.record.commands import DECIDE
from ledger.record.governance_events import RetentionExpired
from ledger.record.retention import months_after, overdue, retention_begun
from ledger.record.state import Record, fold
from tests.unit.part import HOUSE, NOW, Part, kinds, only, standing

SECOND = "person:berg"
NO_DATA: Any = None
NOTE = Entry("statement-recorded", "person:clerk", "person:clerk")
ENTRIES = {"joint:4": NOTE, "desk:B:1": NOTE, "desk:A:1": NOTE}


def part(**known: Any) -> Part[Record]:  # noqa: ANN401 - any field of a standing
    """Begin with a few entries."""
    return Part(
        DECIDE,
        lambda state, frame: fold(state, (frame,)),
        Record(),
        standing(**{"entries": ENTRIES, **known}),
    )


def test_content_is_sealed_where_it_stands_by_two_persons() -> None:
    """The entry stays; what it says is shown no more, until two persons unseal it."""
    case = part()
    wanted = {"target": "joint:4", "ground": "misdisclosure", "approved_by": SECOND}
    alone = {**wanted, "approved_by": "person:clerk"}
    case.refuses("seal_has_second_person", "seal-content", "registry", **alone)
    case.refuses("entry_is_known", "seal-content", "registry", **{**wanted, "target": "joint:9"})
    (sealed,) = case.do("seal-content", "registry", **wanted, reason="Of another case.")
    assert (sealed.room, sealed.cause) == ("joint", "joint:4")
    assert list(case.state.governance.sealed) == ["joint:4"]
    case.refuses("content_is_open", "seal-content", "registry", **wanted)
    undone = {"target": "joint:4", "approved_by": SECOND}
    case.refuses(
        "seal_has_second_person",
        "unseal-content",
        "registry",
        target="joint:4",
        approved_by="person:clerk",
    )
    case.do("unseal-content", "registry", **undone)
    assert not case.state.governance.sealed
    case.refuses("content_is_sealed", "unseal-content", "registry", **undone)
    case.refuses(
        "entry_is_known", "unseal-content", "registry", target="joint:9", approved_by=SECOND
    )


@pytest.mark.parametrize(
    ("command", "data"),
    [
        ("seal-content", {"ground": "order"}),
        ("void-entry", {"ground": "duplicate"}),
        ("correct-entry", {"changes": {"occurred": "2026-03-01T09:00:00Z"}, "reason": "x"}),
    ],
)
def test_a_second_person_is_one_the_institution_knows(command: str, data: dict[str, Any]) -> None:
    """A name nobody entrusted approves nothing; where the institution named nobody, any may."""
    case = part()
    event = CaseClosed(outcome="none")
    case.events["joint:4"] = event
    wanted = {"target": "joint:4", "approved_by": SECOND, **data}
    known = frozenset({"person:clerk", "person:other"})
    case.refuses("second_person_is_known", command, "registry", **wanted, at_operators=known)
    case.do(command, "registry", **wanted, at_operators=known | {SECOND})


def test_a_misdisclosure_is_told_to_the_owner_and_not_what_was_disclosed() -> None:
    """Who could read it goes to the owner's desk; nobody's information to the registry alone."""
    case = part()
    told = {"information": "caucus_item", "exposed_to": ["person:holt"], "measures": "Sealed."}
    assert kinds(case.do("report-misdisclosure", "registry", owner="A", **told)) == [
        ("desk:A", "MisdisclosureReported")
    ]
    assert kinds(case.do("report-misdisclosure", "B", information="document")) == [
        ("desk:B", "MisdisclosureReported")
    ]
    assert kinds(case.do("report-misdisclosure", "registry", information="other")) == [
        ("registry", "MisdisclosureReported")
    ]
    assert len(case.state.governance.misdisclosures) == 3
    case.refuses("party_is_known", "report-misdisclosure", "registry", owner="Z", **told)
    case.refuses("reporter_tells_the_owner", "report-misdisclosure", "mediator", **told)


def test_a_notice_tells_a_party_of_nothing_but_what_it_reads() -> None:
    """An entry of the joint room or of its own desk; who left is told of its desk alone."""
    case = part()
    wanted = {"to": "B", "channel": "mail", "about": "joint:4"}
    rule = "notice_is_of_what_its_party_reads"
    case.refuses(rule, "send-notice", "registry", **{**wanted, "about": "desk:A:1"})
    case.refuses(rule, "send-notice", "registry", **{**wanted, "about": "joint:9"})
    case.refuses("party_is_known", "send-notice", "registry", **{**wanted, "to": "Z"})
    case.do("send-notice", "registry", **wanted)
    case.refuses("id_is_new", "send-notice", "registry", **wanted, notice_id="NT1")
    left = replace(case.standing.parties["B"], consent="withdrawn")
    case.standing = replace(case.standing, parties={**case.standing.parties, "B": left})
    case.refuses(rule, "send-notice", "registry", **wanted)
    assert kinds(case.do("send-notice", "registry", **{**wanted, "about": "desk:B:1"})) == [
        ("desk:B", "NoticeSent")
    ]


def test_a_notice_arrives_and_is_opened_or_comes_back() -> None:
    """Each once; after it was opened or came back nothing more is heard of it."""
    case = part()
    for _ in range(2):
        case.do("send-notice", "registry", to="B", channel="mail", about="joint:4")
    case.do("follow-notice", "registry", to="B", notice_id="NT1", fate="delivered")
    again = {"notice_id": "NT1", "fate": "delivered"}
    case.refuses("notice_was_sent", "follow-notice", "registry", to="B", **again)
    case.do("follow-notice", "B", notice_id="NT1", fate="opened")
    case.refuses("notice_was_sent", "follow-notice", "B", notice_id="NT1", fate="delivered")
    case.do("follow-notice", "registry", to="B", notice_id="NT2", fate="bounced", reason="Full.")
    case.refuses("notice_was_sent", "follow-notice", "A", notice_id="NT1", fate="opened")
    assert case.state.governance.notices == {
        ("desk:B", "NT1"): "opened",
        ("desk:B", "NT2"): "bounced",
    }


def test_a_breach_of_security_is_notified_to_each_by_itself() -> None:
    """No party learns who else was affected."""
    case = part()
    told = {"breach": "confidentiality", "what": "A copy was taken."}
    decision = case.do("notify-security-breach", "registry", **told, affected=["A", "B", "A"])
    assert [p.room for p in decision] == ["registry", "desk:A", "desk:B"]
    assert len(case.state.governance.breaches) == 3
    case.refuses("somebody_is_affected", "notify-security-breach", "registry", **told, affected=[])
    case.refuses("party_is_known", "notify-security-breach", "registry", **told, affected=["Z"])


def kept(status: str = "running") -> Deadline:
    """State until when the feedback of a closed case is kept."""
    names = DeadlineSet(
        deadline_id="retention-feedback",
        rule="retention",
        due="2026-03-01T22:59:59.999999Z",
        on="2026-03-01",
        arithmetic="counted",
        about="feedback",
    )
    return Deadline("registry", names, names.due, names.on, "counted", status, "registry:1")  # type: ignore[arg-type] # a test names one of the words


def holding(*holds: str, status: str = "running") -> Part[Record]:
    """Begin with a date of retention that has passed, and holds."""
    date_kept = kept(status)
    case = part(deadlines=Deadlines({("registry", "retention-feedback"): date_kept}))
    for hold in holds:
        case.do("place-legal-hold", "registry", hold_id=hold, scope="x", law_forbids_notice=True)
    return case


def test_retention_expires_by_the_clock_once_and_destroys_nothing() -> None:
    """It is told to the registry alone, at the last instant it was kept."""
    case = holding()
    assert not overdue(case.state, case.standing, NOW, "joint")
    (expired,) = overdue(case.state, case.standing, NOW, "registry")
    assert expired.event == RetentionExpired(kind="feedback", on="2026-03-01")
    assert expired.occurred == "2026-03-01T22:59:59.999999Z"
    case.state = replace(
        case.state, governance=replace(case.state.governance, expired=frozenset({"feedback"}))
    )
    assert not overdue(case.state, case.standing, NOW, "registry")


def test_nothing_expires_under_a_hold_and_what_waited_does_with_its_release() -> None:
    """With the last of several holds, whether the date was recorded as passed or not (I-18)."""
    for status in ("running", "missed"):
        case = holding("H1", "H2", status=status)
        assert not overdue(case.state, case.standing, NOW, "registry")
        assert kinds(case.do("release-legal-hold", "registry", hold_id="H1")) == [
            ("registry", "LegalHoldReleased")
        ]
        released = case.do("release-legal-hold", "registry", hold_id="H2")
        assert kinds(released) == [
            ("registry", "LegalHoldReleased"),
            ("registry", "RetentionExpired"),
        ]
        assert case.state.governance.expired == {"feedback"}


def test_months_end_where_there_is_no_such_day() -> None:
    """A month after the last of January is the last of February."""
    assert months_after(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert months_after(date(2027, 11, 30), 3) == date(2028, 2, 29)
    assert months_after(date(2026, 12, 15), 12) == date(2027, 12, 15)


def test_the_days_are_counted_from_the_close_by_the_profile() -> None:
    """Each class has its own; where it is not known when it closed, nothing is counted."""
    case = part()
    act = case._act(NO_DATA, "registry", {})
    closed = only(case.do("send-notice", "registry", to="B", channel="mail", about="joint:4"))
    assert not retention_begun(act, [replace(case.placed[0], event=closed)])
    dates = retention_begun(act, [replace(case.placed[0], event=CaseClosed(outcome="none"))])
    months = {
        "process_record": HOUSE.retention.process_record_months,
        "sealed_content": HOUSE.retention.sealed_content_months,
        "feedback": HOUSE.retention.feedback_identified_months,
    }
    counted: dict[Any, Any] = {p.event.about: p.event for p in dates}  # type: ignore[attr-defined] # they are dates
    assert set(counted) == {kind for kind, n in months.items() if n is not None}
    assert {p.room for p in dates} == {"registry"}
    assert "after the case was closed" in counted["feedback"].arithmetic
    unknown = case._act(NO_DATA, "registry", {"occurred": None})
    assert not retention_begun(unknown, [replace(case.placed[0], event=CaseClosed(outcome="none"))])
