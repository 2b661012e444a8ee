"""Say who may connect to the broker, and what each may do there."""

from collections.abc import Mapping, Sequence

import msgspec

from ledger.errors import StoreFault
from services.nats.subjects import (
    ACK,
    API,
    CHECKPOINT_SUBJECT,
    LEDGER,
    feed_stream,
    subscriber_user,
    valid_subscriber,
)

TRUSTED = ("relay", "follower", "courier")
FOLLOWER_MAY = [
    f"{API}.STREAM.INFO.{LEDGER}",
    f"{API}.CONSUMER.CREATE.{LEDGER}.>",
    f"{API}.CONSUMER.MSG.NEXT.{LEDGER}.>",
    f"{API}.CONSUMER.DELETE.{LEDGER}.>",
]


class Credentials(msgspec.Struct, frozen=True):
    """What one user needs in order to connect; this is the content of its file.

    Attributes:
        url: Of the broker.
        user: Name.
        password: Drawn by us, never chosen.
        inbox_prefix: Subject under which alone this user receives answers.
    """

    url: str
    user: str
    password: str
    inbox_prefix: str


def inbox_prefix(user: str) -> str:
    """Return the subject under which alone this user receives answers."""
    return f"_INBOX_{user}"


def users_of(subscribers: Sequence[str]) -> tuple[str, ...]:
    """Return every user the broker knows.

    Raises:
        StoreFault: A subscriber's name cannot be part of a subject.
    """
    for name in subscribers:
        if not valid_subscriber(name):
            raise StoreFault(
                f"{name!r} cannot name a subscriber", "up to 32 of a-z, 0-9, - and _, a-z first"
            )
    return TRUSTED + tuple(map(subscriber_user, subscribers))


def accounts(passwords: Mapping[str, str], subscribers: Sequence[str]) -> dict[str, object]:
    """Return the accounts of the configuration.

    Nobody outside shares LEDGER or FEEDS, since NATS does not check the reply subject of a publish:
    who may pull could delete there. A subscriber has an account of its own, without streams, and
    is lent two subjects of FEEDS; signed checkpoints come to it as they are published.
    """
    relay, follower, courier = TRUSTED
    ours: dict[str, object] = {
        "SYS": {},
        "LEDGER": {
            "jetstream": "enabled",
            "users": [_user(passwords, relay, [">"]), _user(passwords, follower, FOLLOWER_MAY)],
        },
        "FEEDS": {
            "jetstream": "enabled",
            "users": [_user(passwords, courier, [">"])],
            "exports": [
                {"stream": CHECKPOINT_SUBJECT},
                *(export for name in subscribers for export in _exports(name)),
            ],
        },
    }
    return ours | {_account(name): _subscriber_account(passwords, name) for name in subscribers}


def _user(
    passwords: Mapping[str, str], user: str, may_publish: list[str], *may_hear: str
) -> dict[str, object]:
    return {
        "user": user,
        "password": passwords[user],
        "permissions": {
            "publish": {"allow": may_publish},
            "subscribe": {"allow": [f"{inbox_prefix(user)}.>", *may_hear]},
        },
    }


def _account(subscriber: str) -> str:
    return f"SUBSCRIBER_{subscriber}"


def _doors(subscriber: str) -> list[str]:
    """Return what a subscriber may do: ask for the next messages, acknowledge one."""
    place = f"{feed_stream(subscriber)}.{subscriber}"
    return [f"{API}.CONSUMER.MSG.NEXT.{place}", f"{ACK}.{place}.>"]


def _exports(subscriber: str) -> list[dict[str, object]]:
    ask, acknowledge = _doors(subscriber)
    only = [_account(subscriber)]
    return [
        {"service": ask, "response_type": "stream", "accounts": only},
        {"service": acknowledge, "accounts": only},
    ]


def _subscriber_account(passwords: Mapping[str, str], subscriber: str) -> dict[str, object]:
    doors, user = _doors(subscriber), subscriber_user(subscriber)
    lent: list[dict[str, object]] = [
        {"service": {"account": "FEEDS", "subject": door}} for door in doors
    ]
    heard = {"stream": {"account": "FEEDS", "subject": CHECKPOINT_SUBJECT}}
    return {
        "users": [_user(passwords, user, doors, CHECKPOINT_SUBJECT)],
        "imports": [*lent, heard],
    }
