"""Sign what the accounts and users of a broker may do, where it is not signed so already."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from services.nats.keys import AccountKeys, Keys, UserKeys
from services.nats.rights import (
    CONNECTIONS_MAX,
    EXPORTS,
    LOADED_FIRST,
    SUBSCRIPTIONS_MAX,
    UNLIMITED,
    WITH_STREAMS,
    Loan,
    Rights,
    account_limits,
    loans,
    user_rights,
)
from services.nats.tokens import Subject, draw_seed, public_key, signed

OF_NOBODY = {"limits": account_limits(streams=False, connections=0, subscriptions=0)}


class Issuer:
    """Signs for one operator; of two tokens the one signed later has the later instant."""

    def __init__(self, keys: Keys, now: datetime) -> None:
        """Prepare to sign into these keys.

        Args:
            keys: Changed in place.
            now: The present instant.
        """
        self._keys = keys
        self._now = int(now.timestamp())

    def instant(self) -> int:
        """Return an instant later than that of every token signed so far."""
        self._keys.issued = max(self._keys.issued + 1, self._now)
        return self._keys.issued

    def sign_all(self) -> None:
        """Sign anew whatever should say something else than it does."""
        keys = self._keys
        if not keys.operator_token:
            rights = {"type": "operator", "system_account": keys.accounts["SYS"].key}
            of = Subject(public_key(keys.operator), "goodoffices")
            keys.operator_token = signed(keys.operator, of, rights, at=self.instant())
        for name, own in keys.accounts.items():
            limits = account_limits(
                streams=name in WITH_STREAMS, connections=UNLIMITED, subscriptions=UNLIMITED
            )
            borrowed = LOADED_FIRST if name == "SYS" else []
            self._account(own, name, {"limits": limits, "exports": EXPORTS[name]}, borrowed)
        for name, subscriber in keys.subscribers.items():
            limits = account_limits(
                streams=False, connections=CONNECTIONS_MAX, subscriptions=SUBSCRIPTIONS_MAX
            )
            self._account(subscriber.own, name, {"limits": limits}, self.loans(name))

    def loans(self, subscriber: str) -> list[Loan]:
        """Return what a subscriber borrows."""
        known = self._keys.subscribers[subscriber]
        feeds = self._keys.accounts["FEEDS"].key
        return loans(subscriber, durable=known.durable, live=known.live, feeds_key=feeds)

    def user(self, own: AccountKeys, user: str, rights: Rights) -> UserKeys:
        """Return a user's key and a token that says what it may do."""
        held = own.users.setdefault(user, UserKeys(draw_seed("user")))
        wanted = user_rights(user, rights)
        if held.meant != (meant := _meaning(wanted)):
            of = Subject(public_key(held.seed), user)
            held.token, held.meant = signed(own.seed, of, wanted, at=self.instant()), meant
        return held

    def revoke_users(self, own: AccountKeys) -> None:
        """Let every key drawn so far in an account open nothing any more."""
        own.revoked |= {public_key(user.seed): self.instant() for user in own.users.values()}
        own.users.clear()

    def tombstone(self, own: AccountKeys, name: str) -> str:
        """Return a token of an account that may do nothing, whose users are all refused."""
        at = self.instant()
        rights = {"type": "account", **OF_NOBODY, "revocations": {"*": at}}
        return signed(self._keys.operator, Subject(own.key, name), rights, at=at)

    def _account(
        self, own: AccountKeys, name: str, rights: Mapping[str, object], borrowed: Sequence[Loan]
    ) -> None:
        wanted = {"type": "account", **rights, "revocations": own.revoked}
        if own.meant == (meant := _meaning([wanted, borrowed])):
            return
        imports = [self._import(own, loan) for loan in borrowed]
        wanted |= {"imports": imports} if imports else {}
        of = Subject(own.key, name)
        own.token, own.meant = signed(self._keys.operator, of, wanted, at=self.instant()), meant

    def _import(self, own: AccountKeys, loan: Loan) -> dict[str, object]:
        lender = self._keys.accounts[loan.lender]
        activation = {"type": "activation", "subject": loan.subject, "kind": loan.kind}
        return {
            "name": loan.subject,
            "subject": loan.subject,
            "account": lender.key,
            "type": loan.kind,
            "share": loan.shares,
            "token": signed(
                lender.seed, Subject(own.key, loan.subject), activation, at=self.instant()
            ),
        }


def _meaning(of: object) -> str:
    return msgspec.json.encode(of, order="sorted").decode()
