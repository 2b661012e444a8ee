"""What is recorded as those who serve a case change: answers, removal, hand-over, additions."""

from typing import Literal, TypeAlias

from msgspec import UNSET

from ledger.envelope import Content, Event
from ledger.terms import Money


class ChallengeAnswered(Event, frozen=True, kw_only=True, tag="challenge-answered"):
    """The mediator challenged, or another party, answered a challenge.

    Attributes:
        by: Who answers: the mediator's person, or a party.
    """

    row = "B18"
    says = "{by} answered {challenge_id}"
    challenge_id: str
    by: str
    answer: Content[str] = UNSET


class MediatorRemoved(Event, frozen=True, kw_only=True, tag="mediator-removed"):
    """All parties together asked mediators to leave, who thereby do.

    Attributes:
        persons: Who.
        agreed_by: Parties that asked.
    """

    row = "B21"
    says = "{persons} removed at the request of {agreed_by}"
    persons: tuple[str, ...]
    agreed_by: tuple[str, ...]
    reasons: Content[str | None] = UNSET


class HandoverConsentGiven(Event, frozen=True, kw_only=True, tag="handover-consent-given"):
    """A party let those now in office read things it told their predecessors in confidence.

    Which and how many is nobody else's to know: the things themselves are recorded anew in the
    party's caucus room under the new mandate.

    Attributes:
        mandate_number: The mandate under which they may be read.
    """

    row = "B24"
    says = "{party} agreed to hand over under mandate {mandate_number}"
    party: str
    mandate_number: int


class HandoverConsentRefused(Event, frozen=True, kw_only=True, tag="handover-consent-refused"):
    """A party keeps from those now in office what it told their predecessors in confidence."""

    row = "B24"
    says = "{party} refused to hand over under mandate {mandate_number}"
    party: str
    mandate_number: int


class HandedOver(Event, frozen=True, kw_only=True, tag="handed-over"):
    """One thing a party told earlier mediators in confidence, recorded anew for the present ones.

    Attributes:
        about: Tag of what it was.
        said: Its content, by field; what is no text stands as JSON.
    """

    row = "B24"
    rooms = ("caucus",)
    says = "{about} handed over"
    admissibility = "protected"
    about: str
    said: Content[dict[str, str]] = UNSET


class ProcessStepsReaffirmed(Event, frozen=True, kw_only=True, tag="process-steps-reaffirmed"):
    """A party said which steps taken under earlier mediators stand.

    Attributes:
        mandate_number: The mandate under which they stand.
        fallen: Steps (room:seq) that do not; all others stand.
        complete: Whether with this act every party has said so.
    """

    row = "B25"
    says = "{party} reaffirmed the earlier steps but {fallen}"
    party: str
    mandate_number: int
    fallen: tuple[str, ...] = ()
    complete: bool = False


class CoMediatorAdded(Event, frozen=True, kw_only=True, tag="co-mediator-added"):
    """Mediators joined those in office; confidences are told anew, under a mandate of all.

    Attributes:
        added: Who joined.
        mediators: Everybody in office from here on.
        agreed_by: Parties and mediators that agreed.
        mandate_number: The mandate of all of them.
    """

    row = "B26"
    says = "{added} added as co-mediator, mandate {mandate_number}"
    added: tuple[str, ...]
    mediators: tuple[str, ...]
    agreed_by: tuple[str, ...]
    mandate_number: int


class ExpertEngaged(Event, frozen=True, kw_only=True, tag="expert-engaged"):
    """An expert was engaged, bound to confidence and free of ties as far as known.

    Attributes:
        agreed_by: Parties and mediators that agreed.
    """

    row = "B26"
    says = "{person} engaged as expert"
    person: str
    agreed_by: tuple[str, ...]
    purpose: Content[str] = UNSET


class InterpreterEngaged(Event, frozen=True, kw_only=True, tag="interpreter-engaged"):
    """An interpreter was engaged, bound to confidence and free of ties as far as known.

    Attributes:
        languages: Languages, such as `fr`.
        agreed_by: Parties and mediators that agreed.
    """

    row = "B26"
    says = "{person} engaged as interpreter"
    person: str
    languages: tuple[str, ...] = ()
    agreed_by: tuple[str, ...]
    purpose: Content[str] = UNSET


class ObserverAdmitted(Event, frozen=True, kw_only=True, tag="observer-admitted"):
    """An observer was admitted, bound to confidence and free of ties as far as known.

    Attributes:
        agreed_by: Parties and mediators that agreed.
    """

    row = "B26"
    says = "{person} admitted as observer"
    person: str
    agreed_by: tuple[str, ...]
    purpose: Content[str] = UNSET


class RefundDetermined(Event, frozen=True, kw_only=True, tag="refund-determined"):
    """The registry determined what part of a fee somebody who left had not earned.

    Attributes:
        person: Whose fee.
        party: To whom it goes back.
        status: Whether anything is due.
    """

    row = "B27"
    rooms = ("desk",)
    says = "refund of the fee of {person} to {party} determined: {status}"
    person: str
    party: str
    status: Literal["due", "none"] = "due"
    amount: Content[Money | None] = UNSET
    basis: Content[str] = UNSET


class InterestedPersonNamed(Event, frozen=True, kw_only=True, tag="interested-person-named"):
    """A third person with an interest in the outcome was named; it takes no part.

    Attributes:
        person: An id for it.
        party: Party it stands behind, None where it stands behind none.
        name: What it is called.
        interest: What its interest is.
    """

    row = "B6"
    says = "{person} named as having an interest in the outcome"
    person: str
    party: str | None = None
    name: Content[str | None] = UNSET
    interest: Content[str] = UNSET


ChangeEvent: TypeAlias = (
    ChallengeAnswered
    | MediatorRemoved
    | HandoverConsentGiven
    | HandoverConsentRefused
    | HandedOver
    | ProcessStepsReaffirmed
    | CoMediatorAdded
    | ExpertEngaged
    | InterpreterEngaged
    | ObserverAdmitted
    | RefundDetermined
    | InterestedPersonNamed
)
CHANGE_EVENTS = (
    ChallengeAnswered,
    MediatorRemoved,
    HandoverConsentGiven,
    HandoverConsentRefused,
    HandedOver,
    ProcessStepsReaffirmed,
    CoMediatorAdded,
    ExpertEngaged,
    InterpreterEngaged,
    ObserverAdmitted,
    RefundDetermined,
    InterestedPersonNamed,
)
