"""Keep the broker's operator: its key, our accounts, and an account for each subscriber.

How it is used, also by those who grant feeds:

    accounts = Accounts(data / "nats")
    accounts.ensure_subscriber("city", durable="city")   # in the folder; safe to repeat
    await apply(accounts, url)                           # the running brokers know it, 1 to 2 ms
    accounts.credentials_of("city", url)                 # text of a .creds file, mode 0600
    accounts.rotate("city"); await apply(accounts, url)  # new file, the old one is refused
    accounts.revoke("city"); await apply(accounts, url)  # its connections end

The folder is the truth: each change is on disk before a broker hears of it. `apply` tells all of
it, or what is new since an `apply` whose answer it is given; the first of each process tells all,
so whatever crashes is completed then. A server of ours also begins with all of it (`tokens`).

What a subscriber's client does, with nothing mapped and no prefix of the API changed:

    nats-py    nats.connect(url, user_credentials="city.creds",
                            inbox_prefix="_INBOX_subscriber-city")
               client.jetstream().pull_subscribe_bind(consumer="city", stream="FEED_city")
    JS         connect({servers, authenticator: credsAuthenticator(bytes),
               inboxPrefix: "_INBOX_subscriber-city"})
               publish to $JS.API.CONSUMER.MSG.NEXT.FEED_city.city with an inbox as reply, answer
               msg.respond(); `consumers.get` asks for CONSUMER.INFO, which is not lent
    commands   client.request("cmd.city.act", ...)

The header `Nats-Request-Info` that the command service finds names the account in `acc`;
`subscriber_of` turns it into the subscriber. A forged one is overwritten by the server.

A feed stream that was made anew (old folder, deleted by hand) has another `epoch_of(info)`. Who
fills it keeps the epoch beside its cursor and begins again at the grant where it differs.
"""

import asyncio
import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Final

import msgspec
from nats.aio.client import Client

from ledger.errors import StoreFault
from services.clock import Clock, SystemClock
from services.nats.accounts import Credentials, inbox_prefix
from services.nats.connect import BrokerAway, with_connection
from services.nats.folder import read_private, write_private
from services.nats.issuing import Issuer
from services.nats.jetstream import ApiError
from services.nats.keys import Keys, Subscriber, new_account, new_keys
from services.nats.rights import OF_USERS, rights_of_subscriber
from services.nats.subjects import SUBSCRIBER, subscriber_user, valid_subscriber

FILE: Final = "accounts.json"
LOCK: Final = "accounts.lock"
CLAIMS: Final = "$SYS.REQ.CLAIMS.UPDATE"
ANSWER_S: Final = 5.0
AT_ONCE: Final = 64
NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


class _Told(msgspec.Struct):
    error: ApiError | None = None


class Accounts:
    """Accounts and users of an institution's broker, kept in its folder for its owner alone.

    Every call reads the folder and leaves it whole; several processes may use it at once.
    """

    def __init__(self, folder: Path, clock: Clock | None = None) -> None:
        """Prepare; the keys are drawn with the first use.

        Args:
            folder: Of the broker, `nats` in the data folder.
            clock: Dates the tokens.
        """
        self._folder = folder
        self._clock = clock or SystemClock()

    @property
    def exist(self) -> bool:
        """Tell whether the keys were drawn already."""
        return (self._folder / FILE).exists()

    def ensure_subscriber(self, name: str, *, durable: str, live: bool = False) -> None:
        """See that a subscriber has an account that may do exactly what it should.

        Args:
            name: Part of subjects and file names.
            durable: Its place in its stream.
            live: Whether it hears `live.<name>.>` too, as it is said, without a stream.

        Raises:
            StoreFault: The name cannot be part of a subject, or the folder cannot be written.
        """
        for word in (name, durable):
            if not valid_subscriber(word):
                raise StoreFault(
                    f"{word!r} cannot name a subscriber", "up to 32 of a-z, 0-9, - and _, a-z first"
                )
        with self._changing() as (keys, _):
            known = keys.subscribers.get(name)
            own = known.own if known else new_account()
            keys.subscribers[name] = Subscriber(durable, live, own)

    def credentials_of(self, name: str, url: str = "") -> str:
        """Return the text of a subscriber's `.creds` file; the same until it is rotated.

        Its first two lines, `# address …` and `# inbox …`, are what else a client must be told.

        Raises:
            StoreFault: There is no such subscriber.
        """
        return self.user(subscriber_user(name), url).file

    def rotate(self, name: str, url: str = "") -> str:
        """Draw a new key for a subscriber; from the next `apply` on the old one opens nothing.

        Returns:
            The text of its new `.creds` file.

        Raises:
            StoreFault: There is no such subscriber.
        """
        with self._changing() as (keys, issuer):
            issuer.revoke_users(_subscriber(keys, name).own)
        return self.credentials_of(name, url)

    def revoke(self, name: str) -> None:
        """Take everything from a subscriber; from the next `apply` on it is not connected.

        Its account stays known, without rights, so that a node that was away cannot bring it back;
        its secret key is gone. A later subscriber of that name gets another account. Where there
        is none, nothing happens.
        """
        with self._changing() as (keys, issuer):
            known = keys.subscribers.pop(name, None)
            if known is not None:
                keys.gone[known.own.key] = issuer.tombstone(known.own, name)

    def subscribers(self) -> tuple[str, ...]:
        """Return the names of those who have an account."""
        return tuple(self._keys().subscribers)

    def subscriber_of(self, account: str) -> str | None:
        """Return whose account has this public key, None where it is no subscriber's.

        It reads the folder: keep what it says. A key is never another subscriber's.
        """
        known = self._keys().subscribers
        return next((name for name, its in known.items() if its.own.key == account), None)

    def user(self, user: str, url: str) -> Credentials:
        """Return what a user connects with: one of `rights.OF_USERS`, or `subscriber_user(name)`.

        Raises:
            StoreFault: There is no such user.
        """
        with self._changing() as (keys, issuer):
            if user.startswith(SUBSCRIBER):
                name = user.removeprefix(SUBSCRIBER)
                own = _subscriber(keys, name).own
                rights = rights_of_subscriber(issuer.loans(name))
            elif user in OF_USERS:
                rights = OF_USERS[user]
                own = keys.accounts[rights.account]
            else:
                raise StoreFault(
                    f"the broker has no user {user!r}", f"one of {', '.join(OF_USERS)}"
                )
            held = issuer.user(own, user, rights)
        return Credentials(url, user, held.token, held.seed, inbox_prefix(user))

    def operator(self) -> str:
        """Return the operator's token, for a server's configuration."""
        return self._keys().operator_token

    def account(self, name: str) -> str:
        """Return the public key of one of our accounts, as `keys.OURS` names them."""
        return self._keys().accounts[name].key

    def tokens(self) -> dict[str, str]:
        """Return the token of every account by its key, also of those that were revoked."""
        keys = self._keys()
        every = [*keys.accounts.values(), *(its.own for its in keys.subscribers.values())]
        return {own.key: own.token for own in every} | keys.gone

    async def push(self, client: Client, known: Mapping[str, str] = NOTHING) -> dict[str, str]:
        """Tell a running broker of every account that it does not know so. May be repeated.

        Args:
            client: Connected as `keeper`.
            known: What it was told before, as this returned it; nothing to tell it all.

        Returns:
            What it knows now: tokens by account.

        Raises:
            BrokerAway: The broker does not answer, or refused an account; the others are told.
        """
        free = asyncio.Semaphore(AT_ONCE)

        async def tell(token: str) -> None:
            async with free:
                answer = await client.request(CLAIMS, token.encode(), timeout=ANSWER_S)
            told = msgspec.json.decode(answer.data, type=_Told)
            if told.error is not None:
                raise BrokerAway(f"an account was refused: {told.error.description}")

        tokens = self.tokens()
        changed = [token for key, token in tokens.items() if known.get(key) != token]
        told = await asyncio.gather(*map(tell, changed), return_exceptions=True)
        for fault in told:
            if fault is not None:
                raise fault
        return tokens

    def _keys(self) -> Keys:
        with self._changing() as (keys, _):
            return keys

    @contextmanager
    def _changing(self) -> Iterator[tuple[Keys, Issuer]]:
        """Read, change, sign and write while no other process does."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(self._folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            path = self._folder / FILE
            keys = read_private(path, Keys) if path.exists() else new_keys()
            was = msgspec.json.encode(keys) if path.exists() else b""
            issuer = Issuer(keys, self._clock.now())
            yield keys, issuer
            issuer.sign_all()
            if msgspec.json.encode(keys) != was:
                # A crash here leaves the former state whole; behind it, brokers are told later.
                write_private(path, keys)
        finally:
            os.close(lock)


async def apply(accounts: Accounts, url: str, known: Mapping[str, str] = NOTHING) -> dict[str, str]:
    """Tell the brokers at an address of every account they do not know so; as `Accounts.push`.

    Raises:
        BrokerAway: They do not answer; ask again.
    """

    async def push(client: Client) -> dict[str, str]:
        return await accounts.push(client, known)

    return await with_connection(accounts.user("keeper", url), name="keeper", work=push)


def _subscriber(keys: Keys, name: str) -> Subscriber:
    known = keys.subscribers.get(name)
    if known is None:
        raise StoreFault(f"there is no subscriber {name!r}", "`goodoffices feed list` shows them")
    return known
