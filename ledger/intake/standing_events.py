"""What is recorded of conditions to a consent, and of doubts about who speaks for a party."""

from typing import TypeAlias

from msgspec import UNSET

from ledger.envelope import Content, Event


class ConsentConditionAccepted(Event, frozen=True, kw_only=True, tag="consent-condition-accepted"):
    """A party accepted a condition on which another one consents.

    Attributes:
        owner: Whose condition.
        party: Who accepts it.
        complete: Whether with this act all others have, so that the condition is resolved.
    """

    row = "A15"
    says = "{party} accepted condition {condition_id} of {owner}"
    owner: str
    condition_id: str
    party: str
    complete: bool


class ConsentConditionRejected(Event, frozen=True, kw_only=True, tag="consent-condition-rejected"):
    """A party did not accept a condition on which another one consents."""

    row = "A15"
    says = "{party} rejected condition {condition_id} of {owner}"
    owner: str
    condition_id: str
    party: str
    reasons: Content[str | None] = UNSET


class AuthorityRevoked(Event, frozen=True, kw_only=True, tag="authority-revoked"):
    """A party gave notice that a representative speaks for it no more.

    Attributes:
        ends: Instant of the notice, RFC 3339; what was done before it stands.
    """

    row = "A23"
    says = "authority of {person} for {party} revoked"
    party: str
    person: str
    ends: str


class AuthorityQuestioned(Event, frozen=True, kw_only=True, tag="authority-questioned"):
    """Somebody doubts that a representative may do what it does; nothing follows by itself.

    Attributes:
        by: Who doubts it.
    """

    row = "A23"
    says = "authority of {person} for {party} questioned by {by}"
    party: str
    person: str
    by: str
    ground: Content[str] = UNSET


StandingEvent: TypeAlias = (
    ConsentConditionAccepted | ConsentConditionRejected | AuthorityRevoked | AuthorityQuestioned
)
STANDING_EVENTS = (
    ConsentConditionAccepted,
    ConsentConditionRejected,
    AuthorityRevoked,
    AuthorityQuestioned,
)
