"""Configure brokers that run elsewhere: one server, or the nodes of a cluster."""

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from ledger.errors import DecodeError
from services.answers import DONE
from services.cli import context, output

broker = App(name="broker", help="NATS servers elsewhere: configuration, credentials.")


@broker.command
def config(
    *,
    name: str,
    listen: str,
    cluster: str = "",
    routes: str = "",
    monitor: str = "127.0.0.1:8222",
    store: Path | None = None,
    max_gib: int = 16,
    tls_certificate: str = "",
    tls_key: str = "",
    tls_authorities: str = "",
    output_: Annotated[Path, Parameter(name=["--output", "-o"])],
) -> int:
    """Write the configuration of a NATS server; the keys that sign accounts stay where they are.

    Repeat it for each node of a cluster, with the same data folder. Accounts that come later are
    told to the running servers by `serve`.

    Examples:
        goodoffices broker config --name n1 --listen 10.0.0.1:4222 -o n1
        goodoffices broker config --name a --listen a:4222 --cluster a:6222 --routes b:6222 -o a

    Args:
        name: Of the server, unlike that of any other.
        listen: Where clients connect, as host:port.
        cluster: Where other nodes connect, as host:port; left out for a server that stands alone.
        routes: Where the other nodes are, as host:port with commas between.
        monitor: Where it answers whether it is well, as host:port; keep it on loopback.
        store: Folder of its streams on its own machine; the one written to by default.
        max_gib: GiB its streams may take.
        tls_certificate: Path of its certificate there (PEM), for clients and nodes alike.
        tls_key: Path of the certificate's key there.
        tls_authorities: Path of the authorities there that vouch for nodes.
        output_: Folder to write to, for you alone; move it to the server's machine.
    """
    from services.nats.config import Node, Storage, Tls
    from services.nats.node import write_node

    others = tuple(filter(None, routes.split(",")))
    for option, address in (("listen", listen), ("cluster", cluster), ("monitor", monitor)):
        _address(option, address)
    for address in others:
        _address("routes", address)
    if bool(tls_certificate) != bool(tls_key):
        raise DecodeError("tls", "has one file of two", "--tls-certificate and --tls-key")
    if others and not cluster:
        raise DecodeError("routes", "lead to nodes that could not connect back", "--cluster too")
    tls = Tls(tls_certificate, tls_key, tls_authorities) if tls_certificate else None
    node = Node(name=name, listen=listen, monitor=monitor, cluster=cluster, routes=others, tls=tls)
    written = write_node(
        context.settings().data / "nats",
        node,
        output_,
        store=store or output_,
        storage=Storage(max_file=max_gib << 30),
    )
    output.say(f"nats-server --config {written}")
    return DONE


@broker.command
def credentials(*, url: str, output_: Annotated[Path, Parameter(name=["--output", "-o"])]) -> int:
    """Write what our own services connect with, for those that run on another machine.

    Set GOODOFFICES_NATS_CREDENTIALS to the folder there.

    Examples:
        goodoffices broker credentials --url nats://10.0.0.1:4222 -o credentials

    Args:
        url: Where the broker is; of a cluster several addresses with commas between.
        output_: Folder to write to, for you alone.
    """
    from services.nats.node import write_credentials

    for path in write_credentials(context.settings().data / "nats", url, output_):
        output.say(str(path))
    return DONE


def _address(option: str, address: str) -> None:
    """See that it is host:port.

    Raises:
        DecodeError: It is not.
    """
    host, colon, port = address.rpartition(":")
    if address and not (host and colon and port.isdigit()):
        raise DecodeError(option, f"{address!r} is not an address", "host:port")
