"""Read the settings: at most ten environment variables, each with a default."""

import getpass
import os
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from ledger.errors import DecodeError

PREFIX = "GOODOFFICES_"
VARIABLES: dict[str, str] = {
    "GOODOFFICES_DATA": "data folder; ./goodoffices-data by default",
    "GOODOFFICES_OPERATOR": "operator at the keyboard; the operating system's user by default",
    "GOODOFFICES_NATS_URL": "`embedded` (default), `off`, or nats://host:port of a server",
    "GOODOFFICES_NATS_CREDENTIALS": "user:password for a server that is not embedded",
    "GOODOFFICES_NATS_PORT": "port of the embedded server; 0 (default) picks a free one once",
    "GOODOFFICES_LOG": "debug, info (default), warning or error",
}
LEVELS = ("debug", "info", "warning", "error")
PORT_MAX = 65_535


class Settings(Struct, frozen=True):
    """Where the data lies, who is at the keyboard, and how NATS is reached.

    Attributes:
        data: Data folder.
        operator: Name of the operator.
        nats_url: `embedded`, `off`, or the address of a server.
        nats_credentials: `user:password`, None for the embedded server.
        nats_port: Port of the embedded server, 0 for a free one.
        log: Least level logged.
    """

    data: Path
    operator: str
    nats_url: str = "embedded"
    nats_credentials: str | None = None
    nats_port: int = 0
    log: str = "info"


def read(environment: Mapping[str, str], data: Path | None = None) -> Settings:
    """Read the settings from environment variables.

    Args:
        environment: Usually `os.environ`.
        data: Data folder given on the command line, which wins.

    Raises:
        DecodeError: A variable is unknown or has a value that cannot be.
    """
    for name in environment:
        if name.startswith(PREFIX) and name not in VARIABLES:
            raise DecodeError(name, "is not a setting", f"one of: {', '.join(VARIABLES)}")
    return Settings(
        data=data or Path(environment.get("GOODOFFICES_DATA") or "goodoffices-data"),
        operator=environment.get("GOODOFFICES_OPERATOR") or getpass.getuser(),
        nats_url=_url(environment.get("GOODOFFICES_NATS_URL") or "embedded"),
        nats_credentials=environment.get("GOODOFFICES_NATS_CREDENTIALS") or None,
        nats_port=_port(environment.get("GOODOFFICES_NATS_PORT") or "0"),
        log=_level(environment.get("GOODOFFICES_LOG") or "info"),
    )


def from_environment(data: Path | None = None) -> Settings:
    """Read the settings of this process."""
    return read(os.environ, data)


def _url(text: str) -> str:
    if text in ("embedded", "off") or text.startswith(("nats://", "tls://")):
        return text
    raise DecodeError("GOODOFFICES_NATS_URL", f"{text!r} is not an address", "nats://host:port")


def _port(text: str) -> int:
    if not text.isdigit() or int(text) > PORT_MAX:
        raise DecodeError("GOODOFFICES_NATS_PORT", f"{text!r} is not a port", f"0 to {PORT_MAX}")
    return int(text)


def _level(text: str) -> str:
    if text not in LEVELS:
        raise DecodeError("GOODOFFICES_LOG", f"{text!r} is not a level", ", ".join(LEVELS))
    return text
