"""Write the configuration of a cluster's node; the operator's keys stay at the institution."""

import secrets
from pathlib import Path

import msgspec

from services.nats.accounts import Credentials
from services.nats.config import Node, Storage, keep_secrets, server_config
from services.nats.folder import Folder, read_private, write_private
from services.nats.operator import Accounts
from services.nats.rights import OF_USERS


class ClusterSecret(msgspec.Struct, frozen=True):
    """What the nodes of a cluster know each other by.

    Attributes:
        password: For the connections between them.
    """

    password: str


def write_node(broker: Path, node: Node, out: Path, *, store: Path, storage: Storage) -> Path:
    """Write `nats.conf` for a node; the same again for the same node, with the accounts of now.

    Args:
        broker: Folder of the accounts, `nats` in the data folder.
        node: Its name and addresses.
        out: Where to write, for its owner alone; the key of the node's streams is kept there.
        store: Where the node keeps its files, on its own machine.
        storage: How much it may keep.

    Raises:
        StoreFault: A folder cannot be written.
    """
    place = Folder(out)
    place.make_root()
    node = msgspec.structs.replace(node, password=_cluster_secret(broker).password)
    kept = keep_secrets(place)
    config = server_config(node, Accounts(broker), root=store, kept=kept, storage=storage)
    write_private(place.config, config)
    return place.config


def write_credentials(broker: Path, url: str, out: Path) -> list[Path]:
    """Write what each of our services connects with, for services that run on other machines.

    Raises:
        StoreFault: A folder cannot be written.
    """
    Folder(out).make_root()
    accounts, written = Accounts(broker), []
    for user in OF_USERS:
        path = out / f"{user}.json"
        write_private(path, accounts.user(user, url))
        written.append(path)
    return written


def read_given(folder: Path, user: str, url: str) -> Credentials:
    """Read a user's file in a folder that `write_credentials` wrote.

    Args:
        folder: Of the files.
        user: Its name.
        url: Where the broker is.

    Raises:
        StoreFault: It is missing, or is not what we write.
    """
    held = read_private(
        folder / f"{user}.json", Credentials, "`goodoffices broker credentials` writes it"
    )
    return msgspec.structs.replace(held, url=url)


def _cluster_secret(broker: Path) -> ClusterSecret:
    path = broker / "cluster.json"
    if path.exists():
        return read_private(path, ClusterSecret)
    drawn = ClusterSecret(secrets.token_urlsafe(32))
    Folder(broker).make_root()
    write_private(path, drawn)
    return drawn
