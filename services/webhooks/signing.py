"""Sign one attempt, so that its receiver knows who sent it, when, and that nothing was changed.

Headers are those of Standard Webhooks, with `webhook-attempt` beside them. Its `v1` signs id, time
and body; our `g1` signs the attempt and the attributes of the event too. A receiver checks either.
"""

import hashlib
import hmac
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence

from services.nats.pipe import Message

SECRET_PREFIX = "whsec_"  # noqa: S105 - the mark in front of a secret, not one
CONTENT_TYPE = "ce-datacontenttype"


def headers_of(
    message: Message, *, secrets: Sequence[str], attempt: int, timestamp: int
) -> dict[str, str]:
    """Return the headers of one attempt: CloudEvents in HTTP binary mode, and its signatures.

    Args:
        message: The event.
        secrets: Each makes a signature of its own, the newest first.
        attempt: Its number, from 1.
        timestamp: When it is made, seconds since 1970.
    """
    told = {name: value for name, value in message.headers.items() if name.startswith("ce-")}
    content_type = told.pop(CONTENT_TYPE)
    event_id = told["ce-id"]
    short = f"{event_id}.{timestamp}.".encode() + message.payload
    whole = _everything(told, attempt=attempt, timestamp=timestamp) + message.payload
    signatures = [f"v1,{_mac(secret, short)}" for secret in secrets]
    signatures += [f"g1,{_mac(secret, whole)}" for secret in secrets]
    return {
        "Content-Type": content_type,
        "webhook-id": event_id,
        "webhook-timestamp": str(timestamp),
        "webhook-attempt": str(attempt),
        "webhook-signature": " ".join(signatures),
        **told,
    }


def _everything(told: Mapping[str, str], *, attempt: int, timestamp: int) -> bytes:
    """Write what stands in front of the body: a line each, then an empty one."""
    lines = [told["ce-id"], str(timestamp), str(attempt)]
    lines += [f"{name}: {told[name]}" for name in sorted(told)]
    return "".join(f"{line}\n" for line in [*lines, ""]).encode()


def _mac(secret: str, signed: bytes) -> str:
    key = b64decode(secret.removeprefix(SECRET_PREFIX))
    return b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
