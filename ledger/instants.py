"""Read instants and the zones they are told in."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from ledger.errors import DecodeError

INSTANT_EXAMPLE = "such as 2026-03-05T14:00:00+01:00 or 2026-03-05T14:00:00+01:00[Europe/Oslo]"

_INSTANT = re.compile(
    r"(?P<at>[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt]"
    r"([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?)"
    r"(?P<offset>[Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])?"
    r"(\[!?(?P<zone>[A-Za-z0-9/_+-]+)\])?"
)
# An area and a place: names such as "localtime" would mean whatever this host is set to.
_ZONE = re.compile(r"UTC|[A-Z][A-Za-z]+(/[A-Za-z0-9_+-]+){1,2}")
# These tell the moment but not the clock on the wall, so they agree with any zone, says RFC 9557.
_NO_LOCAL_OFFSET = ("Z", "-00:00")


def parse_instant(text: str, field: str = "") -> datetime:
    """Read an instant as RFC 3339 or RFC 9557 write it, and return it in UTC.

    The zone, if there is one, stands in brackets at the end; an offset that is not the zone's own
    at that moment is refused. A fraction of a second has at most six digits.

    Args:
        text: The instant.
        field: Path of the field it stands in, for the refusal.

    Raises:
        DecodeError: Not such a text, no offset, no such moment, or at odds with its zone.
    """
    match = _INSTANT.fullmatch(text)
    if match is None:
        raise DecodeError(field, f"{text[:80]!r} is not an instant", INSTANT_EXAMPLE)
    if match["offset"] is None:
        why = "a time without an offset from UTC could be any of many instants"
        raise DecodeError(field, why, f"an offset, {INSTANT_EXAMPLE}")
    try:
        local = datetime.fromisoformat((match["at"] + match["offset"]).upper())
        instant = local.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise DecodeError(field, f"{text!r} is no moment there is", INSTANT_EXAMPLE) from error
    if match["zone"]:
        there = instant.astimezone(zone_named(match["zone"], field))
        if match["offset"].upper() not in _NO_LOCAL_OFFSET and there.replace(tzinfo=None) != (
            local.replace(tzinfo=None)
        ):
            raise _at_odds(field, match["offset"], match["zone"], there)
    return instant


def has_offset(text: str) -> bool:
    """Tell whether a text is an instant and not only a time on somebody's wall."""
    match = _INSTANT.fullmatch(text)
    return match is not None and match["offset"] is not None


def zone_named(name: str, field: str = "zone") -> ZoneInfo:
    """Find a zone of the tz database by area and place.

    Raises:
        DecodeError: There is none of that name.
    """
    if _ZONE.fullmatch(name):
        try:
            return ZoneInfo(name)
        except (KeyError, ValueError, OSError):  # OSError: the name of an area, a folder
            pass
    why = f"{name!r} is not a time zone"
    raise DecodeError(field, why, "an IANA zone by area and place, such as Europe/Oslo, or UTC")


def _at_odds(field: str, offset: str, zone: str, there: datetime) -> DecodeError:
    own = there.isoformat(timespec="seconds")[len("2026-03-05T14:00:00") :]
    why = f"the offset {offset} is not that of {zone}, which is {own} at that moment"
    return DecodeError(field, why, f"the offset {own}, or another zone, or none")


def utc(at: datetime) -> str:
    """Write an instant as RFC 3339 in UTC."""
    return at.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"
