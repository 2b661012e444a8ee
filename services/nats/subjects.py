"""Name the streams and subjects once."""

import re

API = "$JS.API"
ACK = "$JS.ACK"
LEDGER = "LEDGER"
LEDGER_SUBJECTS = "ledger.*.*"
ADVICE = "ADVICE"
ADVICE_SUBJECTS = "$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.*.*"
CHECKPOINTS = "CHECKPOINTS"
CHECKPOINT_SUBJECT = "checkpoints"
COMMANDS = "cmd"
SUBSCRIBER = "subscriber-"


def ledger_subject(case_hex: str, room_hex: str) -> str:
    """Return where an event of this room goes: ids only, no names, no event type."""
    return f"ledger.{case_hex}.{room_hex}"


def valid_subscriber(name: str) -> bool:
    """Tell whether the name can stand in a subject, an account and a file name.

    It never reads as a number: numbers have a meaning in the subject of an acknowledgement.
    """
    return re.fullmatch(r"[a-z][a-z0-9_-]{0,31}", name) is not None


def subscriber_user(name: str) -> str:
    """Return the user a subscriber connects as; never one of ours."""
    return f"{SUBSCRIBER}{name}"


def feed_stream(subscriber: str) -> str:
    """Return the name of a subscriber's own stream."""
    return f"FEED_{subscriber}"


def feed_subject(subscriber: str, event_type: str) -> str:
    """Return where an event of this type goes for this subscriber."""
    return f"feed.{subscriber}.{event_type}"
