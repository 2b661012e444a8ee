"""Record that the registry may read a caucus for a while, for cause and by two persons (I-23)."""

from typing import Literal, TypeAlias

from msgspec import UNSET

from ledger.envelope import Content, Event

AccessGround: TypeAlias = Literal["order", "danger", "complaint", "mediator_absent", "other"]
"""Why, in a word."""


class CaucusAccessRequested(Event, frozen=True, kw_only=True, tag="caucus-access-requested"):
    """Somebody of the registry asked to read a caucus; nobody reads it yet.

    Attributes:
        access_id: Names it among those asked for of this party.
        party: Whose caucus.
        caucus: Name of the room.
        hours: For how long, from the approval on.
        ground: Why, in a word.
        reason: Why.
    """

    row = "J13"
    rooms = ("registry",)
    says = "access {access_id} to {caucus} asked for, for {hours} hours: {ground}"
    access_id: str
    party: str
    caucus: str
    hours: int
    ground: AccessGround
    reason: Content[str] = UNSET


class CaucusAccessGranted(Event, frozen=True, kw_only=True, tag="caucus-access-granted"):
    """A second person let the one who asked read a caucus; its party is told at its own desk.

    The caucus itself is told as well, and with it the mediators who sit in it.

    Attributes:
        access_id: Names it among those asked for of this party.
        party: Whose caucus.
        caucus: Name of the room.
        reader: Who may read it, and nobody else of the registry.
        until: First instant at which it may no longer be read.
        ground: Why, in a word.
        reason: Why, as it was given by the one who asked.
    """

    row = "J13"
    rooms = ("registry", "desk", "caucus")
    says = "{reader} may read {caucus} until {until} ({access_id}): {ground}"
    access_id: str
    party: str
    caucus: str
    reader: str
    until: str
    ground: AccessGround
    reason: Content[str] = UNSET


class CaucusAccessEnded(Event, frozen=True, kw_only=True, tag="caucus-access-ended"):
    """A caucus is closed to the registry again: its time was over, or somebody ended it.

    Attributes:
        access_id: Names it among those asked for of this party.
        party: Whose caucus.
        caucus: Name of the room.
    """

    row = "J13"
    rooms = ("registry", "desk", "caucus")
    says = "access {access_id} to {caucus} ended"
    access_id: str
    party: str
    caucus: str


OpeningEvent: TypeAlias = CaucusAccessRequested | CaucusAccessGranted | CaucusAccessEnded
