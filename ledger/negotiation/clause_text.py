"""Read a clause somebody types in one line, such as `berth fee=1.3 M EUR`."""

import re
from datetime import date

import msgspec

from ledger.errors import DecodeError
from ledger.negotiation.currencies import CURRENCIES, IN_THOUSANDTHS
from ledger.terms import Clause, Money, Parameter

ACCEPTED = (
    "issue=value, the value an amount (1.3 M EUR, 800 k EUR, 2400.50 EUR), a count (3), a"
    " percentage (12.5 %), a date (2026-03-05), shares of parties (A:2, B:1) or words"
)
ISSUE_CHARS_MAX = 200
TEXT_CHARS_MAX = 100_000
COUNT_DIGITS_MAX = 15
SCALES = {
    "k": 10**3,
    "thousand": 10**3,
    "m": 10**6,
    "million": 10**6,
    "bn": 10**9,
    "billion": 10**9,
}

_NUMBER = r"[+-]?[0-9]+(?:\.[0-9]+)?"
_SCALE = r"k|thousand|[Mm]|million|bn|billion"
_AMOUNT = re.compile(rf"(?P<number>{_NUMBER})\s*(?P<scale>{_SCALE})?\s*(?P<currency>[A-Z]{{3}})")
_AMOUNT_AFTER = re.compile(
    rf"(?P<currency>[A-Z]{{3}})\s*(?P<number>{_NUMBER})\s*(?P<scale>{_SCALE})?"
)
_COUNT = re.compile(r"[+-]?[0-9]+")
_PERCENT = re.compile(rf"(?P<number>{_NUMBER})\s*(?:%|percent|per cent)")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SHARE = re.compile(r"(?P<party>[A-Za-z][A-Za-z0-9_.-]{0,63})\s*:\s*(?P<share>[0-9]{1,15})")
# Digits with nothing but signs of money, scale or percentage about them: never meant as words.
_SIGN = "$¢£¥֏؋৳฿₡₣₤₦₩₪₫€₭₮₱₲₴₵₸₹₺₼₽₾₿﷼"
_NUMBERLIKE = re.compile(
    rf"(?P<before>[^\W\d_]{{3}}|[{_SIGN}])?\s*[+-]?[.,]?\d[\d\s.,'\u2019\u066c\u066b_]*"
    rf"\s*(?P<scale>{_SCALE}|K|mn|mio|[Bb])?\s*(?P<after>[%‰٪{_SIGN}]|[^\W\d_]{{3}})?"
)
# A thousand to half of the world, one to the other half.
_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}\.[0-9]{3}")
_DATELIKE = re.compile(r"\d{1,4}([-/.])\d{1,2}\1\d{1,4}")


def parse_clause(text: str, index: int) -> Clause:
    """Read `issue=value` as the clause of that number.

    Args:
        text: The line.
        index: Number of the clause in its proposal, from 1; names it `C<index>`.

    Raises:
        DecodeError: There is no issue or value, or the value looks like a number and cannot be
            read as one without guessing.
    """
    issue, equals, value = (part.strip() for part in text.partition("="))
    if not equals or not issue or not value:
        raise DecodeError("clause", f"{text[:80]!r} names no issue and value", ACCEPTED)
    if len(issue) > ISSUE_CHARS_MAX or len(value) > TEXT_CHARS_MAX:
        raise DecodeError("clause", "too long", f"an issue of at most {ISSUE_CHARS_MAX} characters")
    return Clause(clause_id=f"C{index}", issue=issue, text=value, params=_params(value))


def _params(value: str) -> dict[str, Parameter]:
    """Read what a value fixes; nothing for words."""
    if _COUNT.fullmatch(value):
        return {"count": _count(value)}
    if _DATE.fullmatch(value):
        return {"date": _day(value)}
    if percent := _PERCENT.fullmatch(value):
        return {"percent": f"{_plain(percent['number'])}%"}
    amount = _AMOUNT.fullmatch(value) or _AMOUNT_AFTER.fullmatch(value)
    if amount and amount["currency"] in CURRENCIES:
        _check_point(amount, value)
        return {"amount": _money(amount, value)}
    shares = [_SHARE.fullmatch(part.strip()) for part in value.split(",")]
    if all(shares):
        return _shares([share for share in shares if share], value)
    if why := _why_unreadable(value):
        raise DecodeError("clause", f"{value[:80]!r} {why}", ACCEPTED)
    return {}


def _check_point(amount: re.Match[str], value: str) -> None:
    """Refuse an amount whose point may part thousands: 1.000 is not read as 1."""
    thousandths = amount["scale"] or amount["currency"] in IN_THOUSANDTHS
    if not thousandths and _THOUSANDS.fullmatch(amount["number"]):
        why = "could be several numbers: its point may part thousands or decimals"
        needs = "1000 for a thousand, 1.00 for one"
        raise DecodeError("clause", f"{value[:80]!r} {why}", needs)


def _why_unreadable(value: str) -> str | None:
    """Say what is wrong with something that looks like a number; None for words."""
    if _DATELIKE.fullmatch(value):
        return "is a date that can be read in several ways"
    match = _NUMBERLIKE.fullmatch(value)
    if match is None:
        return None
    about = [text for text in (match["before"], match["after"]) if text and text.isalpha()]
    if not match["scale"] and any(not _like_currency(text) for text in about):
        return None
    if any(char.isdigit() and not char.isascii() for char in value):
        return "has digits other than 0 to 9"
    if re.search(r"\d[\s,'\u2019\u066c\u066b_]+\d|\..*\.", value):
        return "could be several numbers: no separators but one decimal point"
    return f"is not a number that can be read{_missing(about)}"


def _like_currency(text: str) -> bool:
    return text.isupper() or text.upper() in CURRENCIES


def _missing(about: list[str]) -> str:
    if not about:
        return ": an amount names its currency by three letters, such as EUR"
    return f": {about[0]} is not a currency in three capital letters, such as EUR"


def _count(value: str) -> int:
    if len(value.lstrip("+-")) > COUNT_DIGITS_MAX:
        raise DecodeError("clause", "a count this large cannot be kept", "at most 15 digits")
    return int(value)


def _day(value: str) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError as error:
        raise DecodeError("clause", f"{value} is no day there is", "a day of the year") from error


def _money(match: re.Match[str], value: str) -> Money:
    """Multiply out an amount without ever leaving decimal numbers."""
    amount = _scaled(match["number"], match["scale"])
    try:
        return msgspec.convert({"amount": amount, "currency": match["currency"]}, Money)
    except msgspec.ValidationError as error:
        needs = "at most 24 digits before the decimal point and 8 after it"
        raise DecodeError("clause", f"{value[:80]!r} cannot be kept exactly", needs) from error


def _scaled(number: str, scale: str | None) -> str:
    if scale is None:
        return _plain(number)
    whole, _, fraction = _plain(number).partition(".")
    zeros = len(str(SCALES[scale.lower()])) - 1
    moved = fraction.ljust(zeros, "0")
    digits = f"{whole}{moved[:zeros]}" + (f".{moved[zeros:]}" if moved[zeros:] else "")
    return _plain(digits)


def _plain(number: str) -> str:
    """Write a number without plus sign or leading zeros, its decimals as they were given."""
    whole, point, fraction = number.lstrip("+-").partition(".")
    sign = "-" if number.startswith("-") else ""
    return sign + (whole.lstrip("0") or "0") + point + fraction


def _shares(shares: list[re.Match[str]], value: str) -> dict[str, Parameter]:
    named = {share["party"]: int(share["share"]) for share in shares}
    if len(named) < len(shares):
        raise DecodeError("clause", f"{value[:80]!r} names a party twice", ACCEPTED)
    return dict(named)
