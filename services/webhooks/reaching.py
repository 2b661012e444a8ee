"""Connect to a receiver: to the very address that was looked at, and to none that is ours."""

import socket
from ipaddress import ip_address

from ledger.institution.webhook_rules import whereabouts


class ForbiddenError(OSError):
    """The name stands for an address to which nothing is sent."""


def resolve(host: str, port: int, *, private: bool, encrypted: bool) -> str:
    """Return the address a name stands for, if every one it stands for may be sent to.

    Args:
        host: Name or address.
        port: Of the receiver.
        private: Whether addresses of our own network are meant.
        encrypted: Whether it is https; without it only this machine is spoken to.

    Raises:
        ForbiddenError: One of them may not.
        OSError: The name stands for nothing.
    """
    found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    for address in found:
        # A scope behind % is that of a link-local address, which is refused without it as well.
        where = whereabouts(ip_address(address.partition("%")[0]))
        is_ours = where in ("private", "loopback")
        if where == "nowhere" or (is_ours and not private):
            raise ForbiddenError("the address is not allowed")
        if not encrypted and where != "loopback":
            raise ForbiddenError("not encrypted")
    return found[0]
