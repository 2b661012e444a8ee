"""Every key of a profile changes what happens, with no change of code (DOMAIN.md 1.2)."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any, NamedTuple, TypeAlias

import pytest
from msgspec import structs

from ledger.deadlines import DeadlineSet
from ledger.engagement.events import (
    ConfidentialityTermsAdopted,
    EngagementConfirmed,
    RuleProfileVaried,
)
from ledger.envelope import Event
from ledger.follow_up.closing_events import TerminationDeclared
from ledger.neutrality.events import ConflictDisclosed
from ledger.profile import builtin, load
from ledger.profile_keys import procedure_keys
from ledger.rooms import sees
from ledger.rulebook import INSTITUTION_EYES
from services.exports.whitelist import select
from tests import examples
from tests.spec import CLERK, START, Order, Spec, do, given
from tests.unit.test_profile import GONE, Change, house_but

Seen: TypeAlias = object
Observe: TypeAlias = Callable[[Spec], Seen]


class Effect(NamedTuple):
    """Two values of a key that must lead to two outcomes.

    Attributes:
        one: A value; `GONE` leaves the key out.
        other: Another.
        observe: Plays a case and says what came of it.
        beside: Further keys, the same in both.
    """

    one: object
    other: object
    observe: Observe
    beside: Change = {}  # noqa: RUF012 - never changed


def under(change: Change) -> Spec:
    """Begin in an institution whose default procedure is the house's but for some keys."""
    return Spec().given(do("adopt-profile", text=house_but(change), default=True))


def outcome(spec: Spec, *orders: Order | Iterable[Order]) -> str:
    """Give orders; say whether the last one was taken, or which rule refused it."""
    steps = [one for o in orders for one in ([o] if isinstance(o, Order) else o)]
    spec.given(*steps[:-1])
    answer = spec.order(steps[-1])
    return "done" if answer.done else f"{answer.rule}"


def recorded(spec: Spec, kind: type[Event]) -> list[Any]:
    """List the events of a kind."""
    return [frame.event for frame in spec.file.frames if isinstance(frame.event, kind)]


def date_of(rule: str, *orders: Order | Iterable[Order]) -> Observe:
    """Say when the date of a rule falls due, with its effect and who elects it."""

    def observe(spec: Spec) -> Seen:
        spec.given(*orders)
        dates = [one for one in recorded(spec, DeadlineSet) if one.rule == rule]
        return [(d.due, d.arithmetic, d.expiry, d.elected_by) for d in dates]

    return observe


def last(*orders: Order | Iterable[Order]) -> Observe:
    """Say what came of the last order."""
    return lambda spec: outcome(spec, *orders)


def terms(spec: Spec) -> Seen:
    """Say what terms are adopted that leave everything to the profile."""
    spec.given(examples.engaged())
    (event,) = recorded(spec, ConfidentialityTermsAdopted)
    return event


def begun_on(spec: Spec) -> Seen:
    """Say on what day the mediation began, the steps lying days apart."""
    for n, order in enumerate(examples.engaged()):
        spec.at(START + timedelta(hours=16 * n)).given(order)
    (event,) = recorded(spec, EngagementConfirmed)
    return event.commenced_on


def after_silence(spec: Spec) -> tuple[list[str], str]:
    """Say what is recorded of a silence, and where the case stands after it."""
    spec.given(examples.invited()).at(START + timedelta(days=60)).tick()
    about = [frame.event for frame in spec.new_frames() if "reply" in str(frame.event)]
    kinds = [type(event).__name__ for event in about]
    return kinds, spec.file.seen_by(spec.file.rights("registry")).phase


def elected(by: str) -> Observe:
    """Say whether somebody may treat silence as a refusal."""

    def observe(spec: Spec) -> Seen:
        spec.given(examples.invited()).at(START + timedelta(days=60))
        told = "2026-04-30T09:00:00Z"
        return outcome(spec, do("treat-silence-as-refusal", by=by, party="B", notified=told))

    return observe


def packed(spec: Spec) -> Seen:
    """Say which entries of an evidence pack are shown without what they say."""
    spec.given(examples.settled())
    eyes = spec.file.rights("registry")
    pinned = spec.file.seen_by(eyes).intake.profile
    assert pinned is not None
    text = spec.institution.seen_by(INSTITUTION_EYES).institution.texts[pinned.hash]
    frames = [frame for frame in spec.file.frames if sees(eyes, frame.room, frame.seq)]
    return select(frames, load(text).evidence_pack_whitelist, "enforcement").masked


def elected_without_notice(spec: Spec) -> Seen:
    """Say whether silence may be taken for a refusal with no word to the silent party."""
    spec.given(examples.invited()).at(START + timedelta(days=60))
    return outcome(spec, do("treat-silence-as-refusal", by="A", party="B"))


def caucus_known(spec: Spec) -> Seen:
    """Say whether all learn of a caucus."""
    spec.given(
        examples.mediating(), examples.caucused(), do("close-caucus", by="mediator", party="A")
    )
    return [type(f.event).__name__ for f in spec.new_frames() if f.room == "joint"]


def passed_on(secrecy: str) -> Observe:
    """Say whether the mediator may pass on what A told it."""
    told = do("receive-in-caucus", by="A", text="We could wait.", item_id="C1", secrecy=secrecy)
    tell = do("convey-information", by="mediator", owner="A", item_id="C1", wording="A can wait.")
    return last(examples.mediating(), do("open-caucus", by="mediator", party="A"), told, tell)


def ended(spec: Spec) -> Seen:
    """Say when an end declared by the mediator takes effect."""
    mode = {"mode": "no_prospect", "consulted": ["A", "B"]}
    spec.given(examples.mediating(), do("declare-termination", by="mediator", **mode))
    (event,) = recorded(spec, TerminationDeclared)
    return event.effective_at is None, event.awaits_confirmation


def category(spec: Spec) -> Seen:
    """Say whether the parties can waive that somebody advised a party."""
    told = {"kind": "advised_a_party", "circumstance": "Eight years ago."}
    spec.given(examples.nominated(), do("disclose-conflict", by="candidate", **told))
    return [event.category for event in recorded(spec, ConflictDisclosed)]


def local_time_is_taken(spec: Spec) -> Seen:
    """Say whether a reported time without a zone is recorded."""
    came = {"person": "person:a", "party": "A", "session_id": "S1"}
    told = do("record-attendance", at_reported=True, at_occurred="2026-03-02T10:00:00", **came)
    return spec.given(examples.mediating()).order(told).done


def by_the_authority(spec: Spec) -> Seen:
    """Say whether the authority may appoint once the parties' time is over."""
    spec.given(examples.nominated()).at(START + timedelta(days=70))
    return outcome(
        spec,
        do("appoint-mediator", by="authority", mediators=[examples.MEDIATOR], method="authority"),
    )


DISCLOSED = do("disclose-conflict", by="candidate", kind="advised_a_party", circumstance="Once.")
DELIVERED = do("deliver-disclosure", disclosure_id="iyer-D1", party="A")
ACKNOWLEDGED = do("acknowledge-disclosure", by="A", disclosure_id="iyer-D1")
NOMINATED = do("nominate-mediator", person=examples.MEDIATOR, method="joint")
CHALLENGED = do(
    "file-challenge", by="A", ground="It advises B.", known_since="2026-02-20T09:00:00+01:00"
)
JUDGE = structs.replace(CLERK, name="judge")
PLAN = do("adopt-monitoring-plan", plan_hash="ab" * 32, agreed_by=["A", "B"])
THREE = ("A", "B", "C")
LEAVES = do("withdraw-consent", by="B")
DEPOSIT = {"mode": "deposit", "deposit_due": "2026-02-27"}


PARTS = {party: {"amount": "4000", "currency": "EUR"} for party in ("A", "B")}
PROPOSED = do(
    "issue-mediator-proposal",
    by="mediator",
    clauses=[examples.clause()],
    reply="open",
    reply_by="2026-06-10T16:00:00+02:00",
)


def asked_authority(spec: Spec) -> Seen:
    """Say until when the authority may appoint that was asked to."""
    spec.given(examples.consented()).at(START + timedelta(days=70))
    spec.given(do("request-appointment", by="A"))
    return [(e.rule, e.due) for e in recorded(spec, DeadlineSet) if "authority" in e.rule]


def accepted_late(spec: Spec) -> Seen:
    """Say what becomes of a yes after the time."""
    spec.given(examples.mediating(), examples.tabled()).at(START + timedelta(days=40))
    return outcome(spec, do("accept-late", by="B", proposal_id="P1"))


def suspended_unpaid(spec: Spec) -> Seen:
    """Say whether the talks may rest for a deposit nobody paid."""
    spec.given(examples.engaged(), do("direct-deposit", amounts=PARTS))
    spec.at(START + timedelta(days=60)).tick()
    return outcome(spec, do("suspend-for-non-payment", by="registry"))


ON, OFF = True, False


EFFECTS: dict[str, Effect] = {
    "commencement_trigger": Effect("registered", "all_signed_agreement_to_mediate", begun_on),
    "caucus_default": Effect("closed", "open", passed_on("ask_first")),
    "caucus_metadata": Effect("visible_to_all", "hidden", caucus_known),
    "existence_confidential": Effect(ON, OFF, terms),
    "confidentiality_exceptions": Effect(["required_by_law"], ["crime_or_threat"], terms),
    "withdrawal_allowed_from": Effect(
        "any_time", "protocol_issued", last(examples.engaged(), LEAVES)
    ),
    "multi_party_withdrawal": Effect(
        "ends",
        "continue_if_rest_agree",
        last(examples.mediating(THREE), LEAVES, do("agree-continuation", by="A")),
    ),
    "termination_effect": Effect("date_of_act", "institution_confirms", ended),
    "closing_document": Effect(
        "none",
        "neutral_factual_notice",
        last(
            examples.mediating(),
            do("declare-termination", by="mediator", mode="completed"),
            do("close-case", outcome="none", session_waived=True),
        ),
    ),
    "evidence_pack_whitelist": Effect("v2", "v2_reasons_masked", packed),
    "signed_commands": Effect(
        one=["record-interest"],
        other=[],
        observe=last(examples.engaged(), do("record-interest", by="A", interest="Time.")),
    ),
    "local_times": Effect(one=True, other=False, observe=local_time_is_taken),
    "seat.zone": Effect("Europe/Oslo", "Asia/Tokyo", date_of("reply", examples.invited())),
    "seat.country": Effect(
        "NO", "US", date_of("reply", examples.invited()), {"reply.period_days": 31 + 4}
    ),
    "seat.subdivision": Effect(
        "GE",
        "ZH",
        date_of("reply", examples.invited()),
        {"seat.country": "CH", "seat.zone": "Europe/Zurich", "reply.period_days": 192},
    ),
    "counting.starts_day_after": Effect(ON, OFF, date_of("reply", examples.invited())),
    "counting.unit": Effect("calendar_days", "business_days", date_of("reply", examples.invited())),
    "counting.roll_to": Effect(
        "next_business_day", "none", date_of("reply", examples.invited()), {"reply.period_days": 33}
    ),
    "counting.weekend": Effect(
        [5, 6], [4], date_of("reply", examples.invited()), {"reply.period_days": 26}
    ),
    "counting.holidays": Effect(
        "seat", "none", date_of("reply", examples.invited()), {"reply.period_days": 35}
    ),
    "reply.period_days": Effect(30, 15, date_of("reply", examples.invited())),
    "reply.trigger": Effect(
        "request_received", "invitation_served", date_of("reply", examples.invited())
    ),
    "reply.silence_effect": Effect("elective_rejection", "automatic_lapse", after_silence, {}),
    "reply.elected_by": Effect("requester", "institution", elected("A")),
    "reply.notice_required": Effect(ON, OFF, elected_without_notice),
    "number.allowed": Effect(
        [1],
        [1, 2],
        last(
            examples.nominated(),
            do("appoint-mediator", mediators=[examples.MEDIATOR, "person:ortiz"], method="joint"),
        ),
    ),
    "number.default": Effect(
        1,
        2,
        last(
            examples.nominated(),
            do("appoint-mediator", mediators=[examples.MEDIATOR], method="lot"),
        ),
    ),
    "number.decide_within_days": Effect(
        30, 20, date_of("number.decide_within", examples.registered())
    ),
    "appointment.parties_within_days": Effect(
        60, 50, date_of("appointment.parties_within", examples.registered())
    ),
    "appointment.then_authority_on_request_of": Effect(
        "any_party", "nobody", by_the_authority, {"appointment.authority_within_days": GONE}
    ),
    "appointment.no_step_ends_after_days": Effect(
        120, GONE, last(examples.consented(), do("declare-termination", mode="no_mediator"))
    ),
    "acceptance.within_days": Effect(
        20, 10, date_of("acceptance.within", examples.consented(), NOMINATED)
    ),
    "challenge.answer_within_days": Effect(
        10, 5, date_of("challenge.answer_within", examples.engaged(), CHALLENGED)
    ),
    "challenge.decided_by": Effect(
        "appointing_authority",
        "challenge_body",
        last(
            examples.engaged(),
            CHALLENGED,
            do(
                "decide-challenge",
                by="authority",
                at_actor="person:judge",
                at_operator=JUDGE,
                challenge_id="CH1",
                outcome="rejected",
                reasons="No tie.",
            ),
        ),
    ),
    "follow_up.first_check_days": Effect(
        90, 30, date_of("follow_up.first_check", examples.settled(), PLAN)
    ),
    "follow_up.final_review_months": Effect(
        12, 6, date_of("follow_up.final_review", examples.settled(), PLAN)
    ),
    "acceptance.requires": Effect(
        [],
        ["signed_declaration", "availability"],
        last(
            examples.consented(),
            NOMINATED,
            do(
                "complete-inquiry",
                by="candidate",
                searched=["A"],
                since="2016-01-01",
                until="2026-03-01",
            ),
            do("declare-no-conflict", by="candidate", text_version="1", text_hash=examples.HASH),
            do("appoint-mediator", mediators=[examples.MEDIATOR], method="joint"),
        ),
    ),
    "objection.within_days": Effect(
        15, 5, date_of("objection", examples.nominated(), DISCLOSED, DELIVERED)
    ),
    "objection.from_event": Effect(
        "disclosure_delivered",
        "disclosure_acknowledged",
        date_of("objection", examples.nominated(), DISCLOSED, DELIVERED),
    ),
    "conflict_waiver.non_waivable": Effect(
        ["advised_a_party"], [], category, {"conflict_waiver.waivable": []}
    ),
    "conflict_waiver.waivable": Effect(["advised_a_party"], [], category),
    "challenge.within_days": Effect(15, 5, last(examples.constituted(), CHALLENGED)),
    "challenge.from_event": Effect(
        "ground_known",
        "appointment_notified",
        last(examples.constituted(), CHALLENGED),
        {"challenge.within_days": 5},
    ),
    "challenge.suspends_mandate": Effect(
        ON,
        OFF,
        lambda spec: [
            type(f.event).__name__
            for f in spec.given(
                examples.engaged(), do("file-challenge", by="A", ground="It advises B.")
            ).new_frames()
        ],
    ),
    "content_recording.transcripts": Effect(
        "allowed",
        "forbidden",
        last(examples.mediating(), do("record-statement", by="A", text="We are ready.")),
    ),
    "content_recording.audio_video": Effect(
        "destroyed_at_close",
        "forbidden",
        last(examples.mediating(), do("note-recording", by="mediator", medium="sound")),
    ),
    "content_recording.minutes": Effect(
        "process_facts_only",
        "none",
        last(
            examples.mediating(),
            do("close-session", by="mediator"),
            do("issue-session-record"),
        ),
    ),
    "proposal.counter_closes_parent": Effect(
        ON,
        OFF,
        last(
            examples.mediating(),
            examples.tabled(),
            examples.tabled(by="B", answers="P1"),
            examples.accepted("P1", by="B"),
        ),
    ),
    "proposal.default_validity_days": Effect(
        14, GONE, date_of("validity", examples.mediating(), examples.tabled())
    ),
    "deposit.notice_before_termination_days": Effect(
        7, 1, last(examples.engaged(), do("declare-termination", **DEPOSIT))
    ),
    "overall_limit.days": Effect(120, 60, date_of("overall_limit", examples.mediating())),
    "overall_limit.from_event": Effect(
        "registration", "first_session", date_of("overall_limit", examples.preparing())
    ),
    "overall_limit.extension_max_days": Effect(
        60,
        5,
        last(
            examples.mediating(),
            do(
                "extend-deadline",
                deadline_id="overall_limit",
                until="2026-07-20",
                agreed_by=["A", "B"],
            ),
        ),
    ),
    "overall_limit.extension_by": Effect(
        "all_parties",
        "institution",
        last(
            examples.mediating(),
            do("extend-deadline", deadline_id="overall_limit", until="2026-07-20"),
        ),
    ),
    "settlement.must_contain": Effect(
        ["parties", "terms"],
        ["parties", "terms", "certification"],
        last(
            examples.drafted(),
            do(
                "freeze-text",
                by="mediator",
                hash=examples.TEXT_HASH,
                contains=["parties", "terms", "date"],
            ),
        ),
    ),
    "settlement.signature_window_days": Effect(30, 10, date_of("signature", examples.signing())),
    "settlement.mediator_signs": Effect(
        "evidence_only",
        "never",
        last(examples.settled(), do("sign-as-evidence", by="mediator", agreed_by=["A", "B"])),
    ),
    "retention.sealed_content_months": Effect(12, 6, terms),
    "mandate_level": Effect(
        "facilitate",
        "facilitate_and_propose",
        last(examples.mediating(), do("request-mediator-proposal", by="A")),
    ),
    "mediator_proposal_rule": Effect(
        "on_request_of_all",
        "any_time",
        last(examples.mediating(), PROPOSED),
        {"mandate_level": "facilitate_and_propose"},
    ),
    "appointment.authority_within_days": Effect(30, 20, asked_authority),
    "proposal.late_acceptance": Effect("treat_as_new_proposal", "refused", accepted_late),
    "deposit.shares": Effect(
        "equal", "as_agreed", last(examples.engaged(), do("direct-deposit", amounts=PARTS))
    ),
    "deposit.pay_within_days": Effect(
        30,
        10,
        date_of("deposit", examples.engaged(), do("direct-deposit", amounts=PARTS)),
    ),
    "deposit.on_default": Effect(["suspend", "terminate"], ["terminate"], suspended_unpaid),
    "settlement.cooling_off_days": Effect(
        0, 10, last(examples.settled(), do("exercise-cooling-off", by="A"))
    ),
    "settlement.institution_attests": Effect(
        "on_request",
        "never",
        last(
            examples.settled(),
            do("attest-settlement", approved_by="person:director", requested_by="A", facts="All."),
        ),
    ),
    "retention.process_record_months": Effect(120, 60, date_of("retention", examples.closed())),
    "retention.feedback_identified_months": Effect(12, 6, date_of("retention", examples.closed())),
    "rules": Effect(
        {},
        {"challenge_is_in_time": "refuse"},
        last(examples.constituted(), structs.replace(CHALLENGED, reported=True)),
        {"challenge.within_days": 5},
    ),
}
"""By key two values that lead to two outcomes."""

ONE_WORD = frozenset(
    {"objection.silence_means", "conflict_waiver.waiver_by", "proposal.binding_mode"}
)
"""Keys that take one word only: the procedure would be no mediation with another."""


@pytest.mark.parametrize("key", EFFECTS)
def test_a_key_changes_what_happens(key: str) -> None:
    """Two profiles that differ in it alone lead the same case to two outcomes."""
    effect = EFFECTS[key]
    found = [
        effect.observe(under({**effect.beside, **companions(key, value), key: value}))
        for value in (effect.one, effect.other)
    ]
    assert found[0] != found[1]


def companions(key: str, value: object) -> Change:
    """Name the keys that a value cannot stand without."""
    match key, value:
        case "reply.silence_effect", "automatic_lapse":
            return {"reply.elected_by": "nobody", "reply.notice_required": False}
        case "termination_effect", "institution_confirms":
            return {"closing_document": "notice_of_termination"}
        case _:
            return {}


def test_every_key_has_an_effect() -> None:
    """A key without one is a promise nobody keeps."""
    assert set(procedure_keys()) == {*EFFECTS, *ONE_WORD}


def test_open_terms_heed_a_mark_of_secrecy_where_the_profile_says_so() -> None:
    """Three defaults: closed, open, and open unless marked."""
    found = {
        (default, secrecy): passed_on(secrecy)(under({"caucus_default": default}))
        for default in ("closed", "open_unless_marked", "open")
        for secrecy in ("ask_first", "secret")
    }
    refused = "caucus_information_may_be_passed_on"
    assert found == {
        ("closed", "ask_first"): refused,
        ("closed", "secret"): refused,
        ("open_unless_marked", "ask_first"): "done",
        ("open_unless_marked", "secret"): refused,
        ("open", "ask_first"): "done",
        ("open", "secret"): "done",
    }


def test_what_is_told_of_caucuses_has_three_values() -> None:
    """Each as it ends, a number at the end, or nothing."""
    found = {
        says: (
            caucus_known(under({"caucus_metadata": says})),
            outcome(
                under({"caucus_metadata": says}),
                examples.mediating(),
                do("declare-termination", by="mediator", mode="completed"),
                do("count-caucuses", by="mediator", count=0),
            ),
        )
        for says in ("visible_to_all", "aggregate_at_close", "hidden")
    }
    assert found == {
        "visible_to_all": (["CaucusNoted"], "caucuses_are_told_by_number"),
        "aggregate_at_close": ([], "done"),
        "hidden": ([], "caucuses_are_told_by_number"),
    }


def test_silence_has_three_effects() -> None:
    """A choice, a lapse, or none."""
    elective, automatic, none = (
        after_silence(under({"reply.silence_effect": effect, **beside}))
        for effect, beside in (
            ("elective_rejection", {}),
            ("automatic_lapse", companions("reply.silence_effect", "automatic_lapse")),
            ("none", companions("reply.silence_effect", "automatic_lapse")),
        )
    )
    passed = ["DeadlineMissed", "ReplyPeriodElapsed"]
    assert elective == (passed, "INVITED")
    assert none == (passed, "INVITED")
    assert automatic == ([*passed, "RequestLapsed"], "NOT_COMMENCED")


def test_what_the_parties_vary_holds_for_their_case_from_then_on() -> None:
    """Everybody agreed; dates that run stay as they were counted."""
    spec = under({})
    spec.given(examples.mediating(), examples.tabled())
    vary = do(
        "vary-profile",
        by="mediator",
        key="proposal.default_validity_days",
        value="3",
        agreed_by=["A", "B"],
    )
    spec.given(vary, examples.tabled(proposal_id="P2"))
    dates = [one for one in recorded(spec, DeadlineSet) if one.rule == "validity"]
    assert [d.arithmetic.split(" from")[0] for d in dates] == [
        "14 calendar days",
        "3 calendar days",
    ]
    (event,) = recorded(spec, RuleProfileVaried)
    assert (event.key, event.old, event.new) == ("proposal.default_validity_days", "14", "3")
    assert event.agreed_by == ("A", "B", "person:iyer")


@pytest.mark.parametrize(
    ("rule", "data"),
    [
        ("key_is_known", {"key": "reply.period"}),
        ("key_may_be_varied", {"key": "conflict_waiver.waivable", "value": "[]"}),
        ("key_may_be_varied", {"key": "rules", "value": "{}"}),
        ("all_agree_to_the_variation", {"agreed_by": ["A"]}),
        ("value_fits_the_key", {"value": "soon"}),
        ("value_fits_the_key", {"value": "14"}),
        ("varied_profile_is_consistent", {"key": "mediator_proposal_rule", "value": "any_time"}),
    ],
)
def test_a_variation_is_refused(rule: str, data: dict[str, Any]) -> None:
    """By name, with nothing recorded."""
    usual = {"key": "proposal.default_validity_days", "value": "3", "agreed_by": ["A", "B"]}
    spec = under({}).given(examples.mediating())
    spec.when(do("vary-profile", by="mediator", **{**usual, **data})).then_refused(rule)


def test_keys_that_make_sense_only_together_are_varied_together() -> None:
    """One alone would contradict the other."""
    spec = under({}).given(examples.mediating())
    both = do(
        "vary-profile",
        by="mediator",
        agreed_by=["A", "B"],
        key="mandate_level",
        value="facilitate_and_propose",
        also={"mediator_proposal_rule": "any_time"},
    )
    spec.when(both).then(RuleProfileVaried, RuleProfileVaried)


def test_a_mediator_must_agree_only_once_there_is_one() -> None:
    """Before the appointment the parties alone vary the profile."""
    vary = do("vary-profile", key="acceptance.within_days", value="5", agreed_by=["A", "B"])
    given(examples.consented()).when(vary).then(RuleProfileVaried)
    given(examples.constituted()).when(vary).then_refused("all_agree_to_the_variation")


def test_a_live_case_waits_for_the_institutions_word_on_unchecked_keys() -> None:
    """The refusal names every key still missing; confirmed, the profile is pinned."""
    name = "good-offices-style"
    spec = Spec().given(
        do("found-institution"),
        do("adopt-profile", text=builtin()["house-default"], default=True),
        do("adopt-profile", text=builtin()[name]),
        examples.requested(),
    )
    register = do("register-request", profile=name)
    spec.when(register).then_refused("profile_keys_are_confirmed")
    keys = list(load(builtin()[name]).unconfirmed)
    assert spec.answer is not None
    assert all(key in (spec.answer.why or "") for key in keys)
    spec.given(do("confirm-profile-keys", profile_id=name, keys=keys[:-1], basis="Read."))
    spec.when(register).then_refused("profile_keys_are_confirmed")
    spec.given(do("confirm-profile-keys", profile_id=name, keys=keys[-1:]), register)


def test_a_demonstration_needs_no_confirmation() -> None:
    """Everything in it is invented."""
    name = "ombuds-style"
    Spec().given(
        do("found-institution", demo=True),
        do("adopt-profile", text=builtin()["house-default"], default=True),
        do("adopt-profile", text=builtin()[name]),
        examples.requested(),
        do("register-request", profile=name),
    )


@pytest.mark.parametrize(
    ("rule", "data"),
    [
        ("profile_version_is_adopted", {"profile_id": "icc-2014-style"}),
        ("profile_version_is_adopted", {"version": 7}),
        ("keys_need_confirmation", {"keys": ["reply.period_days"]}),
    ],
)
def test_a_confirmation_is_refused(rule: str, data: dict[str, Any]) -> None:
    """Of what is not adopted, or needs none."""
    usual = {"profile_id": "ombuds-style", "keys": ["caucus_metadata"]}
    spec = Spec().given(
        do("found-institution"), do("adopt-profile", text=builtin()["ombuds-style"])
    )
    answer = spec.order(do("confirm-profile-keys", **{**usual, **data}))
    assert (answer.done, answer.rule) == (False, rule)


@pytest.mark.parametrize("name", sorted(set(builtin()) - {"as-recorded", "house-default"}))
def test_a_case_is_begun_under_every_style(name: str) -> None:
    """Confirmed by the institution, each leads a case to its first session."""
    keys = list(load(builtin()[name]).unconfirmed)
    spec = Spec().given(
        do("found-institution"), do("adopt-profile", text=builtin()[name], default=True)
    )
    spec.given(do("confirm-profile-keys", profile_id=name, keys=keys), examples.mediating())
