"""Seal what is known of a document: its key, name, kind, size and hash.

While its act is awaited, under a key that is destroyed as soon as the act is there; from then on
under a key derived from that of the entry which names it. So the entry's key gone, nothing opens
the document any more, whatever index or copy of it is left.
"""

import os
from datetime import datetime
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from msgspec import Struct

from ledger.errors import StoreFault
from ledger.store.sealing import pad, unpad

KEY_INFO: Final = b"gol/document/ticket/v1"
NONCE: Final = 12
_ENCODER: Final = msgspec.json.Encoder(order="sorted")


class Ticket(Struct, frozen=True):
    """What is known of a document.

    Attributes:
        address: SHA-256 of what is stored, lower-case hex.
        key: What its bytes are sealed with.
        media: Media type.
        name: What it is called, cleaned.
        received: When it came in.
        sha256: SHA-256 of the document itself, as its entry names it.
        size: Bytes of the document itself.
    """

    address: str
    key: bytes
    media: str
    name: str
    received: datetime
    sha256: str
    size: int


_DECODER: Final = msgspec.json.Decoder(Ticket)


def key_from(content_key: bytes) -> bytes:
    """Derive what seals the tickets of an entry from the key of its content."""
    return HKDF(SHA256(), 32, salt=None, info=KEY_INFO).derive(content_key)


def sealed(ticket: Ticket, key: bytes, place: str) -> bytes:
    """Seal a ticket to the place where it is kept.

    Args:
        ticket: It.
        key: 32 bytes.
        place: Where it belongs; it opens nowhere else.
    """
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, pad(_ENCODER.encode(ticket)), place.encode())


def unsealed(box: bytes, key: bytes, place: str) -> Ticket:
    """Open a ticket.

    Raises:
        StoreFault: It was altered, or belongs elsewhere.
    """
    try:
        padded = AESGCM(key).decrypt(box[:NONCE], box[NONCE:], place.encode())
    except (InvalidTag, ValueError):
        raise StoreFault(
            "what is kept of a document was altered", "restore documents.sqlite from a backup"
        ) from None
    return _DECODER.decode(unpad(padded))
