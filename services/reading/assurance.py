"""Say of an entry whether its actor signed it, or the institution asserts it."""

from msgspec import Struct

from ledger.errors import DecodeError
from ledger.keyring import BoundKey
from ledger.signing import Head, holds, opening_in, shown_by
from services.reading.looking import Kept, Look

SIGNED = "signed by its actor"
ASSERTED = "asserted by the institution"
FORGED = "its signature does not hold"


class SignedBy(Struct, frozen=True, kw_only=True):
    """The signature of the command behind an entry; the names are those of the JSON document.

    Attributes:
        says: What may be concluded, in words.
        key: The actor's public key, base64.
        holds: Whether the signature is good; checked anew at each look.
        bound_by: Event (room:seq) that bound the key, None where the viewer cannot read it.
        revoked_as_of: Instant from which the key counts no more, where that is before the entry.
        fields: What the actor signed and the entry shows word for word; empty once erased.
        head: Head of the room the actor had seen, where it named one.
    """

    says: str
    key: str
    holds: bool
    bound_by: str | None
    revoked_as_of: str | None
    fields: tuple[str, ...]
    head: Head | None


def signed_by(look: Look, kept: Kept) -> SignedBy | None:
    """Tell of the signature behind an entry that is seen, None where there is none."""
    frame = kept.frame
    if frame.signed is None:
        return None
    good = holds(frame)
    bound = _bound(look, frame.signed.key, frame.actor)
    fields, head = _shown(look, kept) if good else ((), None)
    doubted = bound is not None and bound.ends is not None and not bound.counts(frame.recorded)
    ends = bound.ends.isoformat() if doubted and bound is not None and bound.ends else None
    return SignedBy(
        says=(SIGNED + f" under a key revoked as of {ends}" * doubted) if good else FORGED,
        key=frame.signed.key,
        holds=good,
        bound_by=None if bound is None else bound.ref,
        revoked_as_of=ends,
        fields=fields,
        head=head,
    )


def _bound(look: Look, key: str, owner: str) -> BoundKey | None:
    record = look.record.file.seen_by(look.rights_now).record
    return next((b for b in record.keys if b.key == key and b.owner == owner), None)


def _shown(look: Look, kept: Kept) -> tuple[tuple[str, ...], Head | None]:
    """Name what the actor signed that the entry shows itself, and the head it named."""
    opened = look.opened(kept)
    content = None if opened.erased or opened.sealed else look.record.reader.content(kept.sealed)
    opening = None if content is None else opening_in(content)
    assert kept.frame.signed is not None
    if opening is None:
        return (), None
    try:
        shown = shown_by(opening, kept.frame.signed.fields, opened.event)
    except DecodeError:
        return (), None
    head = shown.get("head")
    return tuple(sorted(shown)), None if head is None else Head(**head)
