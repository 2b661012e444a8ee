"""Write what the embedded nats-server is started with.

The configuration is JSON, which nats-server reads as it reads its own format.
"""

import secrets
from collections.abc import Iterable, Sequence

import msgspec

from ledger.errors import StoreFault
from services.nats.accounts import accounts
from services.nats.folder import Folder, read_private, write_private

LOOPBACK = "127.0.0.1"
PORT_SETTING = "GOODOFFICES_NATS_PORT"
ANY_PORT = -1  # nats-server's word for "choose one"


class Storage(msgspec.Struct, frozen=True, kw_only=True):
    """How much the broker may keep; each stream reserves its share when it is made.

    Attributes:
        max_file: Bytes on disk, over all streams.
        max_memory: Bytes of memory, for the places of short-lived followers.
    """

    max_file: int = 16 << 30
    max_memory: int = 64 << 20


class Secrets(msgspec.Struct, frozen=True):
    """What only the broker and its own users know.

    Attributes:
        key: Opens the streams on disk (encryption at rest).
        passwords: By user name.
    """

    key: str
    passwords: dict[str, str]


def keep_secrets(folder: Folder, users: Iterable[str]) -> Secrets:
    """Return the secrets of this folder; what is not there yet is drawn and written first.

    Raises:
        StoreFault: Streams are there, but not the key that opens them.
    """
    if folder.secrets.exists():
        kept = read_private(folder.secrets, Secrets)
    elif folder.streams.exists():
        raise StoreFault(
            f"{folder.secrets} is missing, and with it the key of the streams beside it",
            f"restore it, or delete {folder.streams}: it is filled again from the ledger",
        )
    else:
        kept = Secrets(secrets.token_urlsafe(32), {})
    drawn = {user: secrets.token_urlsafe(32) for user in users if user not in kept.passwords}
    complete = Secrets(kept.key, kept.passwords | drawn)
    if drawn:
        write_private(folder.secrets, complete)
    return complete


def server_config(
    folder: Folder, *, port: int, kept: Secrets, subscribers: Sequence[str], storage: Storage
) -> dict[str, object]:
    """Return the configuration of a server on loopback, with `port` or ANY_PORT."""
    return {
        "server_name": "goodoffices",
        "listen": f"{LOOPBACK}:{port}",
        "http": f"{LOOPBACK}:{ANY_PORT}",  # for /healthz
        "ports_file_dir": str(folder.ports),
        "log_file": str(folder.log),
        "logfile_size_limit": 8 << 20,
        "logfile_max_num": 4,
        "max_payload": 1 << 20,  # an event is at most 256 KiB before it is sealed
        "feature_flags": {"js_ack_fc_v2": False},  # nats-py's ordered consumers break on v2
        "jetstream": {
            "store_dir": str(folder.streams),
            "max_file": storage.max_file,
            "max_mem": storage.max_memory,
            "sync_interval": "always",  # the default, two minutes, loses acknowledged messages
            "cipher": "aes",
            "key": kept.key,
        },
        "accounts": accounts(kept.passwords, subscribers),
        "system_account": "SYS",
    }
