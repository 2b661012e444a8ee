"""What may be done now: exactly that, for each role, at each stage of a case."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.act import RULES
from ledger.casefile import CaseFile
from ledger.profile import builtin
from ledger.prospects import Prospect, prospects
from ledger.rulebook import rulebook_of, shipped
from tests import examples as ex
from tests.histories import PARTIES, STAGES, orders
from tests.spec import Order, Spec, attempt, do

TABLE = """
requested
  registry               + acknowledge-request correct-entry decline-request disclose-conflict
                         + place-legal-hold register-request report-fact report-settlement
                         + sign-undertaking void-entry
  authority              + decline-request
  party:A                + authorise-representative contest-entry correct-entry
                         + sign-undertaking withdraw-request

registered
  registry               + issue-invitation
                         - register-request
  party:A                + issue-invitation
  party:B                + authorise-representative contest-entry sign-undertaking

invited
  registry               - acknowledge-request issue-invitation
  party:A                - issue-invitation
  party:B                + decline-invitation give-consent

consented
  registry               + declare-termination define-scope nominate-mediator
                         - decline-request
  authority              + nominate-mediator
                         - decline-request
  party:A                + declare-termination nominate-mediator withdraw-consent
                         - withdraw-request
  party:B                + correct-entry declare-termination nominate-mediator withdraw-consent
                         - decline-invitation give-consent

nominated
  registry               + appoint-mediator
  authority              + appoint-mediator
  candidate:person:iyer  + complete-inquiry declare-impartiality declare-no-conflict
                         + decline-nomination disclose-conflict
  party:A                + accept-fee-terms raise-objection
  party:B                + accept-fee-terms raise-objection

constituted
  registry               + adopt-confidentiality-terms draft-agreement-to-mediate end-mandate
                         + suspend-mandate
                         - appoint-mediator
  authority              - appoint-mediator
  candidate:person:iyer  - complete-inquiry declare-impartiality declare-no-conflict
                         - decline-nomination disclose-conflict
  mediator               + adopt-confidentiality-terms complete-inquiry correct-entry
                         + declare-impartiality declare-no-conflict declare-termination
                         + define-scope disclose-conflict draft-agreement-to-mediate
                         + explain-rights recuse resign-mandate sign-undertaking void-entry
  party:A                + file-challenge
                         - accept-fee-terms
  party:B                + file-challenge
                         - accept-fee-terms
  challenge              + end-mandate suspend-mandate

engaged
  registry               + schedule-session
                         - adopt-confidentiality-terms draft-agreement-to-mediate
  mediator               + affirm-neutrality declare-impasse give-summary hold-closing-session
                         + issue-protocol open-caucus open-preparation
                         + record-agreement-in-principle record-interest schedule-session
                         + select-venue
                         - adopt-confidentiality-terms draft-agreement-to-mediate
  party:A                + declare-impasse record-interest submit-document submit-statement
                         + table-proposal
  party:B                + declare-impasse record-interest submit-document submit-statement
                         + table-proposal

preparing
  registry               + cancel-session reschedule-session
  mediator               + cancel-session complete-preparation open-session record-option
                         + reschedule-session
                         - open-preparation
  party:A                + acknowledge-rights record-option
  party:B                + acknowledge-rights record-option

mediating
  registry               + record-attendance record-speaking-turn
                         - cancel-session reschedule-session
  mediator               + adjourn-session close-session record-attendance record-speaking-turn
                         - cancel-session complete-preparation open-session reschedule-session

agreed
  mediator               + give-drafting-mandate prepare-draft
  party:A                + give-drafting-mandate
  party:B                + give-drafting-mandate

drafted
  registry               + freeze-text
  mediator               + define-condition define-obligation define-right freeze-text
                         + revise-draft
  party:A                + acknowledge-advice comment-draft freeze-text
  party:B                + acknowledge-advice comment-draft freeze-text

signing
  registry               + invite-signatures
                         - freeze-text
  mediator               + invite-signatures unfreeze-text
                         - define-condition define-obligation define-right freeze-text
                         - revise-draft
  party:A                + refuse-signature sign-settlement unfreeze-text
                         - comment-draft freeze-text
  party:B                + refuse-signature sign-settlement unfreeze-text
                         - comment-draft freeze-text

settled
  registry               + adopt-monitoring-plan amend-settlement deliver-copy
                         - define-scope invite-signatures nominate-mediator report-settlement
                         - schedule-session
  authority              - nominate-mediator
  mediator               + sign-as-evidence
                         - affirm-neutrality declare-impasse define-scope explain-rights
                         - give-drafting-mandate give-summary invite-signatures issue-protocol
                         - open-caucus prepare-draft record-agreement-in-principle
                         - record-interest record-option schedule-session select-venue
                         - unfreeze-text
  party:A                + adopt-monitoring-plan amend-settlement defer-obligation
                         + discharge-obligation waive-obligation
                         - acknowledge-advice acknowledge-rights declare-impasse file-challenge
                         - give-drafting-mandate nominate-mediator raise-objection
                         - record-interest record-option refuse-signature sign-settlement
                         - submit-document submit-statement table-proposal unfreeze-text
                         - withdraw-consent
  party:B                + adopt-monitoring-plan amend-settlement report-performance
                         - acknowledge-advice acknowledge-rights declare-impasse file-challenge
                         - give-drafting-mandate nominate-mediator raise-objection
                         - record-interest record-option refuse-signature sign-settlement
                         - submit-document submit-statement table-proposal unfreeze-text
                         - withdraw-consent

closed
  registry               + close-evaluation issue-closing-document
                         - declare-termination suspend-mandate
  mediator               + give-mediator-feedback issue-closing-document
                         - declare-termination hold-closing-session
  party:A                + give-feedback state-satisfaction
                         - declare-termination
  party:B                + give-feedback state-satisfaction
                         - declare-termination
  challenge              - suspend-mandate
"""
"""Stage by stage what each role may do that it could not at the stage before (+), and what it may
do no longer (-); nothing is said where nothing changes."""


def found(spec: Spec, viewer: str) -> dict[str, Prospect]:
    """List what `next` says to a viewer."""
    return told_of(spec.file, viewer, spec.clock.at)


def told_of(file: CaseFile, viewer: str, at: datetime) -> dict[str, Prospect]:
    """List what `next` says of a record; the authority looks with the registry's eyes."""
    eyes = file.rights("registry" if viewer == "authority" else viewer)
    return {one.command: one for one in prospects(file, viewer, eyes, shipped(), at)}


@cache
def reached(stage: str) -> Spec:
    """Bring a case to a stage of the examples."""
    return Spec().given(getattr(ex, stage)())


def expected() -> Iterator[tuple[str, str, frozenset[str]]]:
    """Read the table: for each stage and role the commands that may be given."""
    may: dict[str, frozenset[str]] = {}
    for block in TABLE.strip().split("\n\n"):
        stage, *lines = block.splitlines()
        role = ""
        for line in lines:
            named, sign, listed = line[2:24].strip(), line[25], line[26:].split()
            role = named or role
            known = may.get(role, frozenset())
            may[role] = known.union(listed) if sign == "+" else known.difference(listed)
        yield from ((stage, role, commands) for role, commands in may.items())


@pytest.mark.parametrize(("stage", "role", "commands"), tuple(expected()))
def test_next_lists_what_may_be_done_and_nothing_else(
    stage: str, role: str, commands: frozenset[str]
) -> None:
    """The table above is the whole truth about the commands of the core."""
    told = found(reached(stage), role).values()
    assert {one.command for one in told if one.may and one.command in CORE - DATES} == commands


class Case(NamedTuple):
    """A command with an occasion for it, and none.

    Attributes:
        without: Who looks, and at what history, to find none.
        rule: The rule that says so.
        given: Who looks, and at what history, to find one.
    """

    command: str
    without: tuple[str, Iterable[Order]]
    rule: str
    given: tuple[str, Iterable[Order]]


def then(stage: Callable[[], list[Order]], *more: Order | list[Order]) -> list[Order]:
    """Go on from a stage."""
    steps = [[one] if isinstance(one, Order) else one for one in more]
    return [*stage(), *(order for step in steps for order in step)]


def three(stage: Callable[..., list[Order]], *more: Order) -> list[Order]:
    """Go on from a stage with three parties."""
    return [*stage(PARTIES), *more]


NOTHING = "there_is_something_to_act_on"
ITEM: dict[str, Any] = {"item_id": "C1", "wording": "Some room.", "recipients": ["B"]}
RELEASE: dict[str, Any] = {"owner": "A", "authorisation_id": "R1", "wording": "Some room."}
DISCLOSED = (
    do("nominate-mediator", person=ex.MEDIATOR, method="joint"),
    do("disclose-conflict", by="candidate", kind="business_relation", circumstance="An audit."),
)
DELIVERED = do("deliver-disclosure", disclosure_id="iyer-D1", party="A")
ACKNOWLEDGED = do("acknowledge-disclosure", by="A", disclosure_id="iyer-D1")
WAIVED = do("waive-conflict", by="A", disclosure_id="iyer-D1", statement="We waive it.")
OBJECTED = do("raise-objection", by="A", disclosure_id="iyer-D1", ground="A client still.")
CHALLENGED = do("file-challenge", by="B", ground="It knows too much.")
RESIGNED = do("resign-mandate", by="mediator")
HEADS = ["conduct", "fees", "place_and_time", "confidentiality", "advice", "ending"]
TO_MEDIATE = do("draft-agreement-to-mediate", by="mediator", text_hash=ex.TEXT_HASH, covers=HEADS)
OPENED = do("open-caucus", by="mediator", party="A")
OPENED_B = do("open-caucus", by="mediator", party="B")
AUTHORISED = do("authorise-disclosure", by="A", **ITEM)
REVOKED = do("revoke-disclosure", by="A", authorisation_id="R1")
CONVEYED = do("convey-information", by="mediator", **RELEASE)
ADJOURNED = do("adjourn-session", by="mediator")
CLOSED = do("close-session", by="mediator")
SUMMED_UP = do("give-summary", by="mediator")
TABLED = ex.tabled(by="A")
STUCK = do("declare-impasse", by="A")
WHOLE = ex.tabled(by="A", all_or_nothing=True)
FROZEN = do("freeze-text", by="mediator", hash=ex.TEXT_HASH)
SIGNED_BY_A = do("sign-settlement", by="A", hash=ex.TEXT_HASH)
PRECEDENT = do("define-condition", by="mediator", text="The board agrees.", beneficiary="B")
DUE = do("define-obligation", by="mediator", obligor="B", obligee="A", act="Pay.", due="2026-02-27")
SIGNING = (
    FROZEN,
    *(do("acknowledge-advice", by=party, advice="taken") for party in "AB"),
    do("invite-signatures"),
    *(do("sign-settlement", by=party, hash=ex.TEXT_HASH) for party in "AB"),
)
CONDITIONAL = [*ex.drafted(), PRECEDENT, *SIGNING]
OVERDUE = [*ex.drafted(), DUE, *SIGNING]
PERFORMED = do("report-performance", by="B", obligation_id="OB2", what="Paid.")
CONFIRMED = do("confirm-performance", by="A", obligation_id="OB2")
BROKEN = do("report-breach", by="A", obligation_id="OB2", facts="Nothing was paid.")
HELD = do("hold-closing-session", by="mediator", attended=["A", "B"])
UNDERSTOOD = do("confirm-understanding", by="A")
SATISFIED = do("state-satisfaction", by="A", scale=4)
ENDED = do("declare-termination", mode="settled")
NOTICE = do("issue-closing-document")
PLAN = [do("adopt-monitoring-plan", by=party, plan_hash=ex.HASH) for party in "AB"]
CONTESTED = do("contest-entry", by="B", target="joint:1", position="No.")
LEAVING = do("withdraw-consent", by="C")
GOES_ON = do("agree-continuation", by="A")

CASES = (
    # request, invitation, consent
    Case(
        "acknowledge-request",
        ("registry", then(ex.requested, do("acknowledge-request"))),
        "request_is_acknowledged_once",
        ("registry", ex.requested()),
    ),
    Case(
        "register-request",
        ("registry", ex.registered()),
        "request_is_registered_once",
        ("registry", ex.requested()),
    ),
    Case(
        "withdraw-request",
        ("party:B", ex.invited()),
        "actor_is_requester",
        ("party:A", ex.invited()),
    ),
    Case(
        "issue-invitation",
        ("registry", ex.requested()),
        "request_is_registered",
        ("registry", ex.registered()),
    ),
    Case(
        "issue-invitation",
        ("registry", ex.invited()),
        "party_awaits_invitation",
        ("registry", then(ex.registered, do("issue-invitation", party="B"))),
    ),
    Case(
        "record-service",
        ("registry", ex.invited()),
        "service_is_recorded_once",
        ("registry", then(ex.registered, do("issue-invitation", party="B"))),
    ),
    Case(
        "record-service-failure",
        ("registry", ex.invited()),
        "service_is_recorded_once",
        ("registry", then(ex.registered, do("issue-invitation", party="B"))),
    ),
    Case("give-consent", ("party:A", ex.invited()), "party_was_invited", ("party:B", ex.invited())),
    Case(
        "decline-invitation",
        ("party:A", ex.invited()),
        "party_was_invited",
        ("party:B", ex.invited()),
    ),
    Case(
        "withdraw-consent",
        ("party:C", three(ex.mediating, LEAVING)),
        "consent_stands",
        ("party:C", three(ex.mediating)),
    ),
    Case(
        "agree-continuation",
        ("party:A", three(ex.mediating)),
        "somebody_left",
        ("party:A", three(ex.mediating, LEAVING)),
    ),
    Case(
        "agree-continuation",
        ("party:A", three(ex.mediating, LEAVING, GOES_ON)),
        "continuation_is_agreed_once",
        ("party:B", three(ex.mediating, LEAVING, GOES_ON)),
    ),
    # the mediator
    Case(
        "accept-fee-terms",
        ("party:A", ex.consented()),
        "fee_terms_concern_nominees",
        ("party:A", ex.nominated()),
    ),
    Case(
        "deliver-disclosure",
        ("registry", ex.nominated()),
        NOTHING,
        ("registry", then(ex.consented, *DISCLOSED)),
    ),
    Case(
        "acknowledge-disclosure",
        ("party:A", then(ex.consented, *DISCLOSED)),
        "disclosure_was_delivered",
        ("party:A", then(ex.consented, *DISCLOSED, DELIVERED)),
    ),
    Case(
        "acknowledge-disclosure",
        ("party:A", then(ex.consented, *DISCLOSED, DELIVERED, ACKNOWLEDGED)),
        "step_is_taken_once",
        ("party:A", then(ex.consented, *DISCLOSED, DELIVERED)),
    ),
    Case(
        "waive-conflict",
        ("party:A", then(ex.consented, *DISCLOSED, DELIVERED, WAIVED)),
        "step_is_taken_once",
        ("party:A", then(ex.consented, *DISCLOSED, DELIVERED)),
    ),
    Case(
        "raise-objection",
        ("party:A", ex.consented()),
        NOTHING,
        ("party:A", ex.nominated()),
    ),
    Case(
        "withdraw-objection",
        ("party:B", then(ex.consented, *DISCLOSED, DELIVERED, OBJECTED)),
        "objection_is_ones_own",
        ("party:A", then(ex.consented, *DISCLOSED, DELIVERED, OBJECTED)),
    ),
    Case(
        "file-challenge",
        ("party:A", then(ex.constituted, RESIGNED)),
        "challenged_is_mediator",
        ("party:A", ex.constituted()),
    ),
    Case(
        "decide-challenge",
        ("challenge", ex.constituted()),
        NOTHING,
        ("challenge", then(ex.constituted, CHALLENGED)),
    ),
    Case(
        "appoint-mediator",
        ("registry", ex.consented()),
        NOTHING,
        ("registry", ex.nominated()),
    ),
    Case(
        "appoint-mediator",
        ("registry", then(ex.consented, *DISCLOSED)),
        "conflicts_are_waived_by_all",
        ("registry", ex.nominated()),
    ),
    Case(
        "appoint-successor",
        ("registry", then(ex.mediating)),
        "mandate_is_vacant",
        ("registry", then(ex.mediating, RESIGNED, ex.nominated()[-6:])),
    ),
    Case(
        "suspend-mandate",
        ("registry", then(ex.mediating, CHALLENGED)),
        "mandate_can_be_suspended",
        ("registry", ex.mediating()),
    ),
    Case(
        "restore-mandate",
        ("registry", ex.mediating()),
        "mandate_is_suspended",
        ("registry", then(ex.mediating, do("suspend-mandate", reason="safety"))),
    ),
    Case(
        "restore-mandate",
        ("registry", then(ex.mediating, CHALLENGED)),
        "no_challenge_stands",
        ("registry", then(ex.mediating, do("suspend-mandate", reason="safety"))),
    ),
    Case(
        "recuse",
        ("mediator", then(ex.mediating, RESIGNED)),
        "actor_is_mediator",
        ("mediator", ex.mediating()),
    ),
    Case(
        "end-mandate",
        ("registry", then(ex.mediating, RESIGNED)),
        "persons_hold_the_mandate",
        ("registry", ex.mediating()),
    ),
    # engagement and preparation
    Case(
        "sign-agreement-to-mediate",
        ("party:A", ex.constituted()),
        "agreement_is_drafted",
        ("party:A", then(ex.constituted, TO_MEDIATE)),
    ),
    Case(
        "sign-agreement-to-mediate",
        ("party:A", ex.engaged()),
        "agreement_is_signed_once",
        ("mediator", then(ex.constituted, TO_MEDIATE)),
    ),
    Case(
        "adopt-confidentiality-terms",
        ("registry", ex.engaged()),
        "terms_are_adopted_once",
        ("registry", ex.constituted()),
    ),
    Case(
        "acknowledge-rights",
        ("party:A", ex.engaged()),
        "rights_were_explained",
        ("party:A", ex.preparing()),
    ),
    Case(
        "reschedule-session",
        ("registry", ex.mediating()),
        "session_is_still_to_come",
        ("registry", ex.preparing()),
    ),
    Case("cancel-session", ("registry", ex.engaged()), NOTHING, ("registry", ex.preparing())),
    # sessions and caucuses
    Case("open-session", ("mediator", ex.mediating()), NOTHING, ("mediator", ex.preparing())),
    Case(
        "adjourn-session",
        ("mediator", then(ex.mediating, ADJOURNED)),
        "session_is_under_way",
        ("mediator", ex.mediating()),
    ),
    Case(
        "resume-session",
        ("mediator", ex.mediating()),
        "session_is_adjourned",
        ("mediator", then(ex.mediating, ADJOURNED)),
    ),
    Case(
        "close-session",
        ("mediator", then(ex.mediating, CLOSED)),
        "session_is_not_over",
        ("mediator", then(ex.mediating, ADJOURNED)),
    ),
    Case("record-attendance", ("registry", ex.preparing()), NOTHING, ("registry", ex.mediating())),
    Case(
        "record-speaking-turn", ("registry", ex.preparing()), NOTHING, ("registry", ex.mediating())
    ),
    Case(
        "confirm-summary",
        ("party:A", ex.mediating()),
        NOTHING,
        ("party:A", then(ex.mediating, SUMMED_UP)),
    ),
    Case(
        "correct-summary",
        ("party:A", ex.mediating()),
        NOTHING,
        ("party:A", then(ex.mediating, SUMMED_UP)),
    ),
    Case(
        "open-caucus",
        ("mediator", then(ex.mediating, OPENED, OPENED_B)),
        "caucus_is_opened_once",
        ("mediator", then(ex.mediating, OPENED)),
    ),
    Case(
        "close-caucus",
        ("mediator", ex.mediating()),
        "caucus_is_open",
        ("mediator", then(ex.mediating, OPENED)),
    ),
    Case(
        "receive-in-caucus",
        ("party:B", then(ex.mediating, OPENED)),
        "item_is_received_in_caucus",
        ("party:A", then(ex.mediating, OPENED)),
    ),
    Case(
        "authorise-disclosure",
        ("party:B", then(ex.mediating, ex.caucused())),
        NOTHING,
        ("party:A", then(ex.mediating, ex.caucused())),
    ),
    Case(
        "revoke-disclosure",
        ("party:A", then(ex.mediating, ex.caucused(), AUTHORISED, CONVEYED)),
        "information_is_not_conveyed_yet",
        ("party:A", then(ex.mediating, ex.caucused(), AUTHORISED)),
    ),
    Case(
        "convey-information",
        ("mediator", then(ex.mediating, ex.caucused(), AUTHORISED, REVOKED)),
        NOTHING,
        ("mediator", then(ex.mediating, ex.caucused(), AUTHORISED)),
    ),
    # proposals
    Case(
        "accept-proposal",
        ("party:A", then(ex.mediating, TABLED)),
        "acceptor_is_not_proposer",
        ("party:B", then(ex.mediating, TABLED)),
    ),
    Case(
        "accept-proposal",
        ("party:B", then(ex.mediating, TABLED, ex.accepted())),
        "proposal_is_open",
        ("party:B", then(ex.mediating, TABLED)),
    ),
    Case(
        "accept-proposal",
        ("party:B", ex.mediating()),
        NOTHING,
        ("party:B", [*ex.mediating(), TABLED]),
    ),
    Case(
        "accept-proposal-partly",
        ("party:B", then(ex.mediating, WHOLE)),
        "proposal_is_not_all_or_nothing",
        ("party:B", then(ex.mediating, TABLED)),
    ),
    Case(
        "confirm-as-counter",
        ("party:B", then(ex.mediating, TABLED)),
        "parts_cannot_be_accepted",
        ("party:B", then(ex.mediating, WHOLE)),
    ),
    Case(
        "reject-proposal",
        ("party:A", then(ex.mediating, TABLED)),
        "rejecter_is_addressed",
        ("party:B", then(ex.mediating, TABLED)),
    ),
    Case(
        "withdraw-proposal",
        ("party:B", then(ex.mediating, TABLED)),
        "withdrawer_is_proposer",
        ("party:A", then(ex.mediating, TABLED)),
    ),
    Case(
        "resolve-impasse",
        ("party:A", ex.mediating()),
        NOTHING,
        ("party:B", then(ex.mediating, STUCK)),
    ),
    # the settlement
    Case(
        "give-drafting-mandate",
        ("mediator", ex.mediating()),
        "agreement_in_principle_exists",
        ("mediator", ex.agreed()),
    ),
    Case(
        "prepare-draft", ("party:A", ex.agreed()), "drafter_has_mandate", ("mediator", ex.agreed())
    ),
    *(
        Case(name, ("mediator", ex.agreed()), NOTHING, ("mediator", ex.drafted()))
        for name in ("define-obligation", "define-right", "define-condition", "revise-draft")
    ),
    Case("comment-draft", ("party:A", ex.agreed()), NOTHING, ("party:A", ex.drafted())),
    Case(
        "freeze-text",
        ("mediator", then(ex.drafted, FROZEN)),
        "text_is_not_frozen",
        ("mediator", ex.drafted()),
    ),
    Case(
        "unfreeze-text",
        ("mediator", ex.drafted()),
        "text_is_frozen",
        ("mediator", then(ex.drafted, FROZEN)),
    ),
    Case("acknowledge-advice", ("party:A", ex.agreed()), NOTHING, ("party:A", ex.drafted())),
    Case(
        "invite-signatures",
        ("registry", ex.drafted()),
        "text_is_frozen",
        ("registry", then(ex.drafted, FROZEN)),
    ),
    Case(
        "sign-settlement",
        ("party:A", then(ex.signing, SIGNED_BY_A)),
        "party_signs_once",
        ("party:B", then(ex.signing, SIGNED_BY_A)),
    ),
    Case(
        "sign-settlement",
        ("party:A", then(ex.drafted, FROZEN, do("invite-signatures"))),
        "advice_is_acknowledged",
        ("party:A", ex.signing()),
    ),
    Case(
        "refuse-signature",
        ("party:A", then(ex.signing, do("unfreeze-text", by="B"), FROZEN)),
        "phase_allows_command",
        ("party:A", ex.signing()),
    ),
    *(
        Case(name, ("party:B", ex.settled()), NOTHING, ("party:B", CONDITIONAL))
        for name in ("satisfy-condition", "fail-condition")
    ),
    Case(
        "waive-condition",
        ("party:A", CONDITIONAL),
        "waiver_is_beneficiarys",
        ("party:B", CONDITIONAL),
    ),
    Case(
        "sign-as-evidence",
        ("mediator", then(ex.settled, do("sign-as-evidence", by="mediator"))),
        "mediator_may_sign_as_evidence",
        ("mediator", ex.settled()),
    ),
    Case(
        "deliver-copy",
        ("registry", then(ex.settled, *(do("deliver-copy", to=party) for party in "AB"))),
        "copy_is_delivered_once",
        ("registry", then(ex.settled, do("deliver-copy", to="A"))),
    ),
    # performance and end
    Case(
        "report-performance",
        ("party:A", ex.settled()),
        "actor_is_obligor",
        ("party:B", ex.settled()),
    ),
    *(
        Case(
            name,
            ("party:A", OVERDUE),
            "performance_is_reported",
            ("party:A", [*OVERDUE, PERFORMED]),
        )
        for name in ("confirm-performance", "dispute-performance")
    ),
    Case("report-breach", ("party:A", ex.settled()), "obligation_is_due", ("party:A", OVERDUE)),
    *(
        Case(name, ("party:B", OVERDUE), "breach_is_reported", ("party:B", [*OVERDUE, BROKEN]))
        for name in ("answer-breach", "cure-breach", "agree-cure-period")
    ),
    *(
        Case(name, ("party:B", OVERDUE), "actor_is_obligee", ("party:A", OVERDUE))
        for name in ("waive-obligation", "defer-obligation", "discharge-obligation")
    ),
    Case(
        "adopt-monitoring-plan",
        ("party:A", ex.signing()),
        "settlement_is_executed",
        ("party:A", ex.settled()),
    ),
    Case(
        "amend-settlement",
        ("party:A", ex.signing()),
        "settlement_is_executed",
        ("party:A", ex.settled()),
    ),
    Case(
        "end-monitoring",
        ("party:A", ex.settled()),
        "monitoring_runs",
        ("party:A", then(ex.settled, PLAN)),
    ),
    Case(
        "confirm-understanding",
        ("party:A", ex.settled()),
        "closing_session_was_held",
        ("party:A", then(ex.settled, HELD)),
    ),
    Case(
        "confirm-understanding",
        ("party:A", then(ex.settled, HELD, UNDERSTOOD)),
        "party_says_it_once",
        ("party:B", then(ex.settled, HELD, UNDERSTOOD)),
    ),
    Case(
        "state-satisfaction",
        ("party:A", then(ex.settled, HELD, SATISFIED)),
        "party_says_it_once",
        ("party:B", then(ex.settled, HELD, SATISFIED)),
    ),
    Case(
        "declare-termination",
        ("registry", then(ex.settled, ENDED)),
        "end_is_declared_once",
        ("registry", ex.settled()),
    ),
    Case(
        "declare-termination",
        (
            "party:A",
            three(
                ex.mediating,
                LEAVING,
                do("declare-termination", by="A", mode="joint_declaration"),
                GOES_ON,
                do("agree-continuation", by="B"),
            ),
        ),
        "a_party_has_left",
        ("party:B", three(ex.mediating, LEAVING)),
    ),
    Case(
        "issue-closing-document",
        ("registry", ex.settled()),
        "case_has_ended",
        ("registry", then(ex.settled, ENDED)),
    ),
    Case(
        "close-case",
        ("registry", then(ex.settled, ENDED)),
        "closing_document_is_issued",
        ("registry", then(ex.settled, ENDED, NOTICE)),
    ),
    Case(
        "report-settlement",
        ("registry", then(ex.mediating, do("report-settlement", basis="A letter"))),
        "settlement_is_reported_once",
        ("registry", ex.mediating()),
    ),
    Case(
        "give-feedback",
        ("party:A", then(ex.closed, do("give-feedback", by="A"))),
        "feedback_is_given_once",
        ("party:B", then(ex.closed, do("give-feedback", by="A"))),
    ),
    Case(
        "give-mediator-feedback",
        ("mediator", then(ex.closed, do("give-mediator-feedback", by="mediator"))),
        "feedback_is_given_once",
        ("mediator", ex.closed()),
    ),
    # the record
    Case(
        "correct-entry",
        ("party:B", ex.invited()),
        "entry_is_ones_own",
        ("party:B", ex.consented()),
    ),
    Case(
        "answer-contest",
        ("registry", ex.invited()),
        NOTHING,
        ("registry", then(ex.invited, CONTESTED)),
    ),
    Case(
        "release-legal-hold",
        ("registry", ex.invited()),
        NOTHING,
        ("registry", then(ex.invited, do("place-legal-hold", scope="all"))),
    ),
    Case(
        "extend-deadline",
        ("party:B", ex.invited()),
        "extender_is_entitled",
        ("party:A", ex.invited()),
    ),
    Case(
        "waive-deadline",
        ("registry", ex.requested()),
        NOTHING,
        ("party:A", ex.invited()),
    ),
)
DATES = {"extend-deadline", "waive-deadline"}
CORE = frozenset(
    {case.command for case in CASES}.union(*(commands for _, _, commands in expected()))
)
"""Commands of the core; what was added to it is told of beside its own part."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.command}-{case.rule}")
def test_without_an_occasion_next_says_which_rule_stands_against_it(case: Case) -> None:
    """In one sentence, and with no word of the example's data."""
    viewer, history = case.without
    told = found(Spec().given(history), viewer)[case.command]
    assert not told.may
    assert told.rule == case.rule
    assert RULES[case.rule].sentence
    assert told.why


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.command}-{case.rule}")
def test_with_an_occasion_next_lists_it(case: Case) -> None:
    """The same command, once there is something to be done."""
    viewer, history = case.given
    told = found(Spec().given(history), viewer)[case.command]
    assert told.may, told.why


def test_silence_is_elected_on_once_it_has_lasted() -> None:
    """Before the last day nobody may; after it, only who is entitled."""
    spec = Spec().given(ex.invited())
    assert found(spec, "party:A")["treat-silence-as-refusal"].rule == "reply_period_has_elapsed"
    spec.clock.set(spec.clock.at + timedelta(days=60))
    assert found(spec, "party:A")["treat-silence-as-refusal"].may
    assert found(spec, "registry")["treat-silence-as-refusal"].rule == "elector_is_entitled"


def test_a_proposal_that_has_run_out_is_not_offered_for_acceptance() -> None:
    """Even before its expiry is written down."""
    spec = Spec().given(ex.mediating(), ex.tabled(by="A", valid_until="2026-03-02T12:00:00Z"))
    assert found(spec, "party:B")["accept-proposal"].may
    spec.clock.set(spec.clock.at + timedelta(days=1))
    assert found(spec, "party:B")["accept-proposal"].rule == "proposal_is_in_time"


def test_an_end_is_confirmed_where_the_procedure_waits_for_it() -> None:
    """The house's does not; then there is nothing to confirm, declared or not."""
    told = found(Spec().given(ex.settled(), ENDED), "registry")
    assert told["confirm-termination"].rule == "termination_awaits_confirmation"
    text = builtin()["house-default"].replace(
        'termination_effect = "date_of_act"', 'termination_effect = "institution_confirms"'
    )
    waiting = Spec().given(do("found-institution"), do("adopt-profile", text=text), ex.engaged())
    waiting.given(do("declare-termination", by="mediator", mode="completed"))
    rulebook = rulebook_of(waiting.files[waiting.institution_id])
    eyes = waiting.file.rights("registry")
    listed = prospects(waiting.file, "registry", eyes, rulebook, waiting.clock.at)
    assert {one.command: one for one in listed}["confirm-termination"].may


def test_words_are_kept_only_where_the_procedure_allows_it() -> None:
    """The house's does not; the one for records from elsewhere does."""
    assert found(reached("mediating"), "party:A")["record-statement"].rule == (
        "transcripts_are_allowed"
    )
    elsewhere = do(
        "take-over-case", source="old", parties=["A", "B"], phase="MEDIATING", title="Old"
    )
    assert found(Spec().given(elsewhere), "party:A")["record-statement"].may


def test_the_registry_learns_nothing_of_a_caucus_by_asking_for_a_party() -> None:
    """At its keyboard what needs a room it does not read is not possible, whatever is in there."""
    quiet, heard = reached("mediating"), Spec().given(ex.mediating(), ex.caucused())
    for spec in (quiet, heard):
        eyes = {r: s for r, s in spec.file.rights("registry").items() if r in ("joint", "desk:A")}
        told = prospects(spec.file, "party:A", eyes, shipped(), spec.clock.at)
        by_name = {one.command: one for one in told}
        for name in ("record-interest", "receive-in-caucus", "authorise-disclosure"):
            assert by_name[name].rule == "caucus_is_read_by_whoever_enters"


LATER = (ex.agreed, ex.drafted, ex.signing, ex.settled, ex.closed)


def viewer_of(order: Order, spec: Spec) -> str | None:
    """Say with whose eyes an order is decided; None where that is nobody's."""
    if order.by == "candidate":
        asked = spec.file.roster.candidates
        return f"candidate:{asked[0]}" if len(asked) == 1 else None
    return f"party:{order.by}" if order.by in PARTIES else order.by


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    stage=st.sampled_from((*STAGES, *LATER)),
    moves=st.lists(orders().filter(lambda order: not order.reported), max_size=20),
)
def test_what_is_accepted_was_listed(stage: Any, moves: list[Order]) -> None:  # noqa: ANN401 - a stage
    """Next never hides what a decision would let pass."""
    spec = Spec().given(stage(PARTIES))
    for order in moves:
        viewer, before, at = viewer_of(order, spec), spec.file.ahead([]), spec.clock.at
        answer = attempt(spec, order)
        if viewer is None or isinstance(answer, str) or not answer.done:
            continue
        told = told_of(before, viewer, at).get(order.name)
        assert told is None or told.may, (order.name, told.rule, told.why)
