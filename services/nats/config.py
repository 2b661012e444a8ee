"""Write what a nats-server is started with: the embedded one, or one node of a cluster.

The configuration is JSON, which nats-server reads as it reads its own format.
"""

import secrets
from collections.abc import Sequence
from pathlib import Path

import msgspec

from ledger.errors import StoreFault
from services.nats.folder import Folder, read_private, write_private
from services.nats.operator import Accounts
from services.nats.rights import PAYLOAD_MAX

LOOPBACK = "127.0.0.1"
PORT_SETTING = "GOODOFFICES_NATS_PORT"
ANY_PORT = -1  # nats-server's word for "choose one"
CLUSTER = "goodoffices"
COMPARE = "5s"  # as long may a node that was away not know of a revocation


class Storage(msgspec.Struct, frozen=True, kw_only=True):
    """How much the broker may keep; each stream reserves its share when it is made.

    Attributes:
        max_file: Bytes on disk, over all streams.
        max_memory: Bytes of memory, for the places of short-lived followers.
    """

    max_file: int = 16 << 30
    max_memory: int = 64 << 20


class Secrets(msgspec.Struct, frozen=True):
    """What only the broker knows.

    Attributes:
        key: Opens the streams on disk (encryption at rest).
    """

    key: str


class Tls(msgspec.Struct, frozen=True):
    """Files with which a node proves itself, where they lie on its machine.

    Attributes:
        certificate: PEM.
        key: PEM.
        authorities: PEM of those who may vouch for other nodes; "" for those the machine trusts.
    """

    certificate: str
    key: str
    authorities: str = ""


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """One server of a cluster.

    Attributes:
        name: Unlike that of any other node.
        listen: `host:port` for clients.
        cluster: `host:port` for other nodes, "" where it stands alone.
        routes: `host:port` of the other nodes.
        monitor: `host:port` for health, on loopback.
        password: Known to the nodes alone, for the connections between them.
        tls: For clients and nodes alike; None where the network is trusted.
    """

    name: str
    listen: str
    monitor: str
    cluster: str = ""
    routes: Sequence[str] = ()
    password: str = ""
    tls: Tls | None = None


def keep_secrets(folder: Folder) -> Secrets:
    """Return the secrets of this folder; what is not there yet is drawn and written first.

    Raises:
        StoreFault: Streams are there, but not the key that opens them.
    """
    if folder.secrets.exists():
        return read_private(folder.secrets, Secrets)
    if folder.streams.exists():
        raise StoreFault(
            f"{folder.secrets} is missing, and with it the key of the streams beside it",
            f"restore it, or delete {folder.streams}: it is filled again from the ledger",
        )
    kept = Secrets(secrets.token_urlsafe(32))
    write_private(folder.secrets, kept)
    return kept


def embedded_config(
    folder: Folder, accounts: Accounts, *, port: int, kept: Secrets, storage: Storage
) -> dict[str, object]:
    """Return the configuration of a server on loopback, with `port` or ANY_PORT."""
    node = Node(name="goodoffices", listen=f"{LOOPBACK}:{port}", monitor=f"{LOOPBACK}:{ANY_PORT}")
    return {
        **server_config(node, accounts, root=folder.root, kept=kept, storage=storage),
        "ports_file_dir": str(folder.ports),
        "log_file": str(folder.log),
        "logfile_size_limit": 8 << 20,
        "logfile_max_num": 4,
    }


def server_config(
    node: Node, accounts: Accounts, *, root: Path, kept: Secrets, storage: Storage
) -> dict[str, object]:
    """Return the configuration of a server that keeps its files under `root`."""
    files = Folder(root)
    return {
        "server_name": node.name,
        "listen": node.listen,
        "http": node.monitor,  # for /healthz
        "max_payload": PAYLOAD_MAX,
        "feature_flags": {"js_ack_fc_v2": False},  # nats-py's ordered consumers break on v2
        "jetstream": {
            "store_dir": str(files.streams),
            "max_file": storage.max_file,
            "max_mem": storage.max_memory,
            "sync_interval": "always",  # the default, two minutes, loses acknowledged messages
            "cipher": "aes",
            "key": kept.key,
        },
        **_accounts(accounts, files.resolver),
        **_cluster(node),
        **({"tls": _tls(node.tls, verify=False)} if node.tls else {}),
    }


def _accounts(accounts: Accounts, resolver: Path) -> dict[str, object]:
    """Begin with every account there is; later ones are pushed and kept in the resolver's folder.

    Nothing is deleted there: a token without rights takes the place of one that was revoked.
    """
    return {
        "operator": accounts.operator(),
        "system_account": accounts.account("SYS"),
        "resolver": {"type": "full", "dir": str(resolver), "interval": COMPARE},
        "resolver_preload": accounts.tokens(),
    }


def _cluster(node: Node) -> dict[str, object]:
    if not node.cluster:
        return {}
    known = {"user": CLUSTER, "password": node.password}
    routes = [f"nats://{CLUSTER}:{node.password}@{other}" for other in node.routes]
    cluster: dict[str, object] = {
        "name": CLUSTER,
        "listen": node.cluster,
        "authorization": known,
        "routes": routes,
    }
    return {"cluster": cluster | ({"tls": _tls(node.tls, verify=True)} if node.tls else {})}


def _tls(tls: Tls, *, verify: bool) -> dict[str, object]:
    files = {"cert_file": tls.certificate, "key_file": tls.key, "verify": verify}
    return files | ({"ca_file": tls.authorities} if tls.authorities else {})
