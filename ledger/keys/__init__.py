"""Keys of rooms and events: durable before first use, destroyed for real."""

from ledger.keys.content import ContentKeys
from ledger.keys.store import Block, KeyGone, KeyStore

__all__ = ["Block", "ContentKeys", "KeyGone", "KeyStore"]
