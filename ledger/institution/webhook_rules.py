"""Say to which addresses events may be sent."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any, Final, Literal, TypeAlias
from urllib.parse import SplitResult, urlsplit

from ledger.act import Act, Broken, rule

Where: TypeAlias = Literal["public", "private", "loopback", "nowhere"]
Address: TypeAlias = IPv4Address | IPv6Address
NAT64: Final = ip_network("64:ff9b::/96")
LOCAL_NAMES: Final = (".internal", ".local", ".localhost")
"""Endings of names that are given out within one network alone."""


def whereabouts(address: Address) -> Where:
    """Say where an address lies.

    `nowhere` are addresses nobody receives at, and link-local ones, at which a machine offers its
    own credentials. An IPv4 address within an IPv6 one is looked at itself.
    """
    inner = _inner(address)
    if inner is not None:
        return whereabouts(inner)
    if address.is_loopback:
        return "loopback"
    if address.is_link_local or address.is_multicast or address.is_unspecified:
        return "nowhere"
    return "public" if address.is_global else "private"


def _inner(address: Address) -> IPv4Address | None:
    """Return the IPv4 address that an IPv6 one stands for."""
    if isinstance(address, IPv4Address):
        return None
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)


@rule("refuse")
def webhook_address_is_fit(act: Act[Any], webhook: str, *, private: bool) -> None:  # noqa: ARG001 - a rule takes the act
    """Events go out encrypted, and not into our own network unless that is meant."""
    address = _split(webhook)
    where = _where(address.hostname or "")
    if where == "nowhere":
        raise Broken(f"{address.hostname} is no address of a receiver", "its own address")
    if where != "public" and not private:
        why = f"{address.hostname} lies within our own network"
        raise Broken(why, "`private_address`, if that is meant")
    if address.scheme != "https" and where != "loopback":
        raise Broken(f"{webhook} is not encrypted", "an address with https")


def _split(webhook: str) -> SplitResult:
    try:
        address = urlsplit(webhook)
        is_whole = bool(address.hostname) and address.port != 0 and "#" not in webhook
    except ValueError as wrong:
        raise Broken(f"{webhook} is no address", "https://host/path") from wrong
    if not is_whole:
        raise Broken(f"{webhook} is no address", "https://host/path")
    return address


def _where(host: str) -> Where:
    """Say where a host lies, as far as its name tells; what it resolves to is looked at later."""
    if host == "localhost":
        return "loopback"
    try:
        return whereabouts(ip_address(host))
    except ValueError:
        return "public" if "." in host and not host.endswith(LOCAL_NAMES) else "private"
