"""Record what became of the seal log: another one begun, another key (rows J15, J19)."""

from typing import TypeAlias

from msgspec import UNSET

from ledger.envelope import Content, Event


class SealLogBegun(Event, frozen=True, kw_only=True, tag="seal-log-begun"):
    """Record, seals or signer no longer fitted together, and another seal log goes on from here.

    Attributes:
        origin: Name of the log that begins.
        before: Name of the log that ended.
        size: Leaves of the log that ended, as last signed.
        root: Root of the log that ended, as last signed, lower-case hex.
        reason: Why, as the first leaf of the new log says it.
    """

    row = "J15"
    rooms = ("public",)
    says = "seal log {origin} begun, after {size} leaves of {before}"
    origin: str
    before: str
    size: int
    root: str
    reason: Content[str] = UNSET


class SealKeyChanged(Event, frozen=True, kw_only=True, tag="seal-key-changed"):
    """Another key signs the seal log.

    Attributes:
        origin: Name of the log.
        key: The new key, as keys are handed on: name, id and base64.
        size: Least size of a checkpoint it signs; the key before signed that one as well.
        reason: Why, as the log says it.
    """

    row = "J19"
    rooms = ("public",)
    says = "from size {size} on, {key} signs the seal log"
    origin: str
    key: str
    size: int
    reason: Content[str] = UNSET


SealLogEvent: TypeAlias = SealLogBegun | SealKeyChanged
