"""Write an event as a CloudEvents 1.0 message in binary mode."""

from typing import Any
from urllib.parse import quote

from ledger.envelope import Event, Frame, tag_of
from services.nats.source import Row

SEQUENCE_DIGITS = 20
PLAIN = "".join(chr(c) for c in range(0x21, 0x7F) if chr(c) not in '"%')
"""Characters that a CloudEvents header carries as they are; all others are percent-encoded."""


def cloud_event(ledger: str, row: Row, event_id: str, frame: Frame[Any]) -> dict[str, str]:
    """Write the headers, values percent-encoded; none tells of another room.

    Args:
        ledger: Id of the institution, 32 hex digits.
        row: The event as it is stored.
        event_id: `<room id>/<sequence>`.
        frame: Its frame.
    """
    kind: type[Event] = type(frame.event)
    tag = tag_of(kind)
    attributes = {
        "specversion": "1.0",
        "id": event_id,
        "source": f"/institutions/{ledger}/cases/{row.case_hex}/rooms/{row.room_hex}",
        "type": f"org.goodoffices.{tag}.v{frame.v}",
        "time": frame.recorded.isoformat().replace("+00:00", "Z"),
        "subject": row.case_hex,
        "sequence": f"{frame.seq:0{SEQUENCE_DIGITS}d}",
        "dataschema": f"urn:goodoffices:{tag}:v{frame.v}",
        "datacontenttype": "application/json",
        "actor": frame.actor,
    }
    if frame.acting_for is not None:
        attributes["actingfor"] = frame.acting_for
    if frame.occurred is not None:
        attributes["occurred"] = frame.occurred
    if frame.corrects is not None:
        attributes["corrects"] = frame.corrects
    return {f"ce-{name}": quote(value, safe=PLAIN) for name, value in attributes.items()}
