"""What the founding document says in passing, and no other test is about."""

import pytest

from ledger.engagement.events import AgreementToMediateSigned
from ledger.intake.events import InvitationIssued, MediationRequested
from ledger.preparation.events import PreparationOpened
from ledger.sessions.events import SessionOpened
from tests import examples as ex
from tests.spec import Spec, do

PRINCIPLES = ["role_of_the_mediator", "voluntariness", "dialogue_not_decisions", "principles"]


@pytest.mark.parametrize("notice", [True, False])
def test_confidentiality_and_neutrality_are_pointed_out_with_request_and_invitation(
    notice: bool,  # noqa: FBT001 - one case each
) -> None:
    """Usually they are; where they were not, the record says so."""
    spec = Spec().given(ex.requested(interim_notice=notice), do("register-request"))
    (asked,) = [f.event for f in spec.file.frames if isinstance(f.event, MediationRequested)]
    assert asked.interim_notice is notice
    spec.given(do("issue-invitation", party="B", interim_notice=notice))
    (invited,) = [f.event for f in spec.new_frames() if isinstance(f.event, InvitationIssued)]
    assert invited.interim_notice is notice


def test_who_signs_acknowledges_what_mediation_is() -> None:
    """The mediator's role, that it is voluntary, dialogue and no decisions, the principles."""
    steps = ex.engaged()[:-3]
    spec = Spec().given(steps)
    for party in "AB":
        signs = do("sign-agreement-to-mediate", by=party, acknowledges=PRINCIPLES)
        spec.given(signs)
        (signed,) = [
            f.event for f in spec.new_frames() if isinstance(f.event, AgreementToMediateSigned)
        ]
        assert list(signed.acknowledges) == PRINCIPLES


def test_guidelines_are_said_again_in_preparation_and_at_each_session() -> None:
    """Both events say whether they were."""
    spec = Spec().given(ex.preparing())
    (opened,) = [f.event for f in spec.file.frames if isinstance(f.event, PreparationOpened)]
    assert opened.guidelines_reiterated
    spec.given(
        do("open-session", by="mediator", session_id="S1", guidelines_reiterated=True),
    )
    (session,) = [f.event for f in spec.new_frames() if isinstance(f.event, SessionOpened)]
    assert session.guidelines_reiterated


def test_what_was_said_in_the_talks_is_marked_as_not_to_be_used_elsewhere() -> None:
    """Statements, proposals and confidences are protected; the steps of the procedure are not."""
    spec = Spec().given(
        ex.mediating(),
        ex.caucused(),
        ex.tabled(),
        do("submit-statement", by="A", text="Our view.", share="all"),
    )
    marks = {type(f.event).__name__: f.admissibility for f in spec.file.frames}
    for told in ("CaucusInformationReceived", "ProposalTabled", "StatementSubmitted"):
        assert marks[told] == "protected"
    for step in ("ConsentGiven", "MediatorAppointed", "SessionOpened"):
        assert marks[step] == "process"
