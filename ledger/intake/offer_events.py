"""What is recorded before anybody has asked: a need noticed, good offices offered and answered."""

from typing import Literal, TypeAlias

from msgspec import UNSET

from ledger.envelope import Content, Event

Noticer: TypeAlias = Literal["party", "third_party", "institution"]


class NeedIdentified(Event, frozen=True, kw_only=True, tag="need-identified"):
    """Somebody noticed that a dispute could do with good offices; nobody is asked yet.

    Attributes:
        number: Number of the case that is kept from here on.
        noticed_by: Who noticed.
        summary: What was noticed, for the institution alone.
    """

    row = "A1"
    rooms = ("registry",)
    says = "a need for good offices noticed by the {noticed_by}"
    number: str
    noticed_by: Noticer
    summary: Content[str] = UNSET


class GoodOfficesOffered(Event, frozen=True, kw_only=True, tag="good-offices-offered"):
    """The institution offered its good offices of its own accord.

    Attributes:
        parties: To whom.
        open_until: Last instant to accept, RFC 3339, None where the offer stands open.
        not_unfriendly: Whether it says of itself that it is not an unfriendly act.
        terms: On what terms they are offered.
        dispute: What the offer is about.
    """

    row = "A2"
    says = "good offices offered to {parties}"
    number: str
    parties: tuple[str, ...]
    open_until: str | None = None
    not_unfriendly: bool = True
    title: Content[str] = UNSET
    names: Content[dict[str, str]] = UNSET
    dispute: Content[str] = UNSET
    terms: Content[str | None] = UNSET


class GoodOfficesAccepted(Event, frozen=True, kw_only=True, tag="good-offices-accepted"):
    """A party took the offer up; the first to do so thereby asks for the mediation.

    Attributes:
        requesting: Whether it is the first.
    """

    row = "A2"
    says = "{party} accepted the good offices offered"
    party: str
    requesting: bool


class GoodOfficesDeclined(Event, frozen=True, kw_only=True, tag="good-offices-declined"):
    """A party did not take the offer up; its reasons, if any, stay at its desk."""

    row = "A2"
    says = "{party} declined the good offices offered"
    party: str


OfferEvent: TypeAlias = (
    NeedIdentified | GoodOfficesOffered | GoodOfficesAccepted | GoodOfficesDeclined
)
OFFER_EVENTS = (NeedIdentified, GoodOfficesOffered, GoodOfficesAccepted, GoodOfficesDeclined)
