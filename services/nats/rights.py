"""Say what each account lends or borrows, and what each user may say and hear.

Four accounts are ours. LEDGER and FEEDS have streams, COMMANDS and SYS have none; a subscriber has
an account of its own, without streams. NATS does not check the reply subject of a publish, so
whoever may pull in an account could delete there: hence nobody outside shares one of ours. What
is lent is lent by activation, a token that names the one subject and the one account.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Final, Literal, NamedTuple

from services.nats.accounts import inbox_prefix
from services.nats.subjects import (
    ACK,
    API,
    CHECKPOINT_SUBJECT,
    CHECKPOINTS,
    COMMANDS,
    LEDGER,
    LEDGER_SUBJECTS,
    feed_stream,
)

WITH_STREAMS: Final = ("LEDGER", "FEEDS")
UNLIMITED: Final = -1
PAYLOAD_MAX: Final = 1 << 20
"""An event is at most 256 KiB before it is sealed."""
CONNECTIONS_MAX: Final = 16
SUBSCRIPTIONS_MAX: Final = 256
"""Of a subscriber; ours are not bounded."""


class Rights(NamedTuple):
    """What a user may do.

    Attributes:
        account: Where it lives, "" for a subscriber's own.
        may_say: Subjects it may publish to.
        may_hear: Subjects it may subscribe to, beside its own inbox.
    """

    account: str
    may_say: Sequence[str]
    may_hear: Sequence[str] = ()


def _stream(name: str, *verbs: str) -> list[str]:
    return [f"{API}.STREAM.{verb}.{name}" for verb in verbs]


OF_USERS: Final[Mapping[str, Rights]] = {
    "keeper": Rights("SYS", ["$SYS.REQ.CLAIMS.UPDATE"]),
    "relay": Rights(
        "LEDGER",
        [LEDGER_SUBJECTS, *_stream(LEDGER, "INFO", "CREATE", "UPDATE", "PURGE", "MSG.GET")],
    ),
    "follower": Rights(
        "LEDGER",
        [
            *_stream(LEDGER, "INFO"),
            f"{API}.CONSUMER.CREATE.{LEDGER}.>",
            f"{API}.CONSUMER.MSG.NEXT.{LEDGER}.>",
            f"{API}.CONSUMER.DELETE.{LEDGER}.>",
        ],
    ),
    "doctor": Rights("LEDGER", _stream(LEDGER, "INFO", "MSG.GET")),
    "courier": Rights(
        "FEEDS",
        [
            "feed.>",
            "live.>",
            *_stream("*", "INFO", "CREATE", "UPDATE", "DELETE", "PURGE", "MSG.GET", "MSG.DELETE"),
            f"{API}.STREAM.NAMES",
            f"{API}.CONSUMER.>",
        ],
        ["$JS.EVENT.ADVISORY.CONSUMER.>"],
    ),
    "sealer": Rights(
        "FEEDS",
        [CHECKPOINT_SUBJECT, *_stream(CHECKPOINTS, "INFO", "CREATE", "UPDATE", "MSG.GET")],
    ),
    # A caller chooses where the answer goes: it must be nowhere but an inbox.
    "commands": Rights("COMMANDS", ["_R_.>", "_INBOX.>"], [f"{COMMANDS}.>", "$SRV.>"]),
}
"""Users of our own services, each with what its work needs and no more."""


class Loan(NamedTuple):
    """One subject lent to a subscriber.

    Attributes:
        lender: The account it is of.
        subject: What is lent.
        kind: `service`: the subscriber asks there; `stream`: it hears what is said there.
        shares: Whether the server tells the lender who asks.
    """

    lender: str
    subject: str
    kind: Literal["service", "stream"] = "service"
    shares: bool = False


def loans(subscriber: str, *, durable: str, live: bool, feeds_key: str) -> list[Loan]:
    """Return what a subscriber borrows: pull, acknowledge (both forms), command, hear."""
    place = f"{feed_stream(subscriber)}.{durable}"
    heard = [Loan("FEEDS", CHECKPOINT_SUBJECT, "stream")]
    if live:
        heard.append(Loan("FEEDS", f"live.{subscriber}.>", "stream"))
    return [
        Loan("FEEDS", f"{API}.CONSUMER.MSG.NEXT.{place}"),
        Loan("FEEDS", f"{ACK}.{place}.>"),
        # The second form names domain and account. With wildcards in their place it would also read
        # as the first form of another subscriber's consumer.
        Loan("FEEDS", f"{ACK}._.{account_hash(feeds_key)}.{place}.>"),
        Loan("COMMANDS", f"{COMMANDS}.{subscriber}.>", shares=True),
        *heard,
    ]


def account_hash(key: str) -> str:
    """Return how the second form of an acknowledgement names an account."""
    letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    digest = hashlib.sha256(key.encode()).digest()
    return "".join(letters[byte % len(letters)] for byte in digest[:8])


def rights_of_subscriber(borrowed: Sequence[Loan]) -> Rights:
    """Return what the user of a subscriber may do in its account: use what is borrowed."""
    asked = [loan.subject for loan in borrowed if loan.kind == "service"]
    heard = [loan.subject for loan in borrowed if loan.kind == "stream"]
    return Rights("", asked, heard)


PRESENT: Final = "present"
LOADED_FIRST: Final = [Loan(lender, f"{PRESENT}.{lender}") for lender in ("COMMANDS", "FEEDS")]
"""What the account of the system borrows, and never asks.

A server loads an account when somebody first connects to it. Where a lender and a borrower are
loaded at the same instant, the loan is lost now and then, and stays lost until the server is
started again. The account of the system is loaded before anybody can connect, and whoever lends
to it with it.
"""


def _present(account: str) -> Mapping[str, object]:
    return {"name": PRESENT, "subject": f"{PRESENT}.{account}", "type": "service"}


EXPORTS: Final[Mapping[str, Sequence[Mapping[str, object]]]] = {
    "SYS": [],
    "LEDGER": [],
    "FEEDS": [
        {
            "name": "pull",
            "subject": f"{API}.CONSUMER.MSG.NEXT.*.*",
            "type": "service",
            "token_req": True,
            "response_type": "Stream",
        },
        {"name": "acknowledge", "subject": f"{ACK}.>", "type": "service", "token_req": True},
        {"name": "live", "subject": "live.*.>", "type": "stream", "token_req": True},
        {"name": "checkpoints", "subject": CHECKPOINT_SUBJECT, "type": "stream", "token_req": True},
        _present("FEEDS"),
    ],
    "COMMANDS": [
        {"name": "command", "subject": f"{COMMANDS}.*.>", "type": "service", "token_req": True},
        _present("COMMANDS"),
    ],
}
"""What our accounts lend; what says anything needs a token of its own for each loan."""


def account_limits(*, streams: bool, connections: int, subscriptions: int) -> dict[str, object]:
    """Return the limits of an account; without streams it has no JetStream at all."""
    bounds: dict[str, object] = {
        "subs": subscriptions,
        "data": UNLIMITED,
        "payload": PAYLOAD_MAX,
        "imports": UNLIMITED,
        "exports": UNLIMITED,
        "wildcards": True,
        "conn": connections,
        "leaf": 0,
    }
    if streams:
        bounds |= dict.fromkeys(("mem_storage", "disk_storage", "streams", "consumer"), UNLIMITED)
    return bounds


def user_rights(user: str, rights: Rights) -> dict[str, object]:
    """Return what stands in a user's token."""
    return {
        "type": "user",
        "subs": UNLIMITED,
        "data": UNLIMITED,
        "payload": PAYLOAD_MAX,
        "pub": {"allow": list(rights.may_say)},
        "sub": {"allow": [f"{inbox_prefix(user)}.>", *rights.may_hear]},
    }
