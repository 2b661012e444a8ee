"""Hold the keys and tokens of an institution's broker, as they stand in its folder."""

import msgspec

from services.nats.tokens import draw_seed, public_key

OURS = ("SYS", "LEDGER", "FEEDS", "COMMANDS")


class UserKeys(msgspec.Struct):
    """What one user proves itself with.

    Attributes:
        seed: Its secret key.
        meant: What its token says, to see whether it must say something else.
        token: Signed by its account.
    """

    seed: str
    meant: str = ""
    token: str = ""


class AccountKeys(msgspec.Struct):
    """One account.

    Attributes:
        seed: Its secret key, which signs its users.
        meant: What its token says, to see whether it must say something else.
        token: Signed by the operator.
        users: By name.
        revoked: Since when a user's public key opens nothing any more, seconds since 1970.
    """

    seed: str
    meant: str = ""
    token: str = ""
    users: dict[str, UserKeys] = {}
    revoked: dict[str, int] = {}

    @property
    def key(self) -> str:
        """Return its public key, which is its name for the broker."""
        return public_key(self.seed)


class Subscriber(msgspec.Struct):
    """The account of a subscriber.

    Attributes:
        durable: Its place in its stream.
        live: Whether it hears what is said without a stream, too.
        own: Its account.
    """

    durable: str
    live: bool
    own: AccountKeys


class Keys(msgspec.Struct):
    """Everything of one operator.

    Attributes:
        operator: Secret key, which signs accounts.
        accounts: Ours.
        subscribers: Theirs, by subscriber.
        gone: Tokens without rights of accounts that were revoked, by public key.
        issued: Instant of the last token, seconds since 1970; every later one has a later instant.
        operator_token: Signed by itself.
    """

    operator: str
    accounts: dict[str, AccountKeys]
    subscribers: dict[str, Subscriber] = {}
    gone: dict[str, str] = {}
    issued: int = 0
    operator_token: str = ""


def new_account() -> AccountKeys:
    """Draw an account without users."""
    return AccountKeys(draw_seed("account"))


def new_keys() -> Keys:
    """Draw an operator and our accounts."""
    return Keys(draw_seed("operator"), {name: new_account() for name in OURS})
