"""Find what a user of ours connects with, wherever the broker is."""

from ledger.errors import StoreFault
from services.nats.accounts import Credentials
from services.nats.node import read_given
from services.nats.operator import Accounts
from services.nats.server import read_credentials
from services.settings import Settings


def user_of(settings: Settings, user: str) -> Credentials:
    """Return what a user of `rights.OF_USERS` connects with.

    Raises:
        StoreFault: There is no such user, or nothing to make its credentials from.
    """
    folder, given = settings.data / "nats", settings.nats_credentials
    if settings.nats_url == "embedded":
        return read_credentials(folder, user)
    if given is not None:
        return read_given(given, user, settings.nats_url)
    accounts = Accounts(folder)
    if not accounts.exist:
        raise StoreFault(
            f"{settings.nats_url} needs credentials",
            "GOODOFFICES_NATS_CREDENTIALS=FOLDER, from `goodoffices broker credentials`",
        )
    return accounts.user(user, settings.nats_url)
