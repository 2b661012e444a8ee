"""Say what must hold when a silence is treated as a refusal, beyond its having lasted."""

from typing import Any

from ledger.act import Act, Broken, rule
from ledger.instants import parse_instant


@rule("irregular")
def silent_party_is_told(act: Act[Any], party: str, notified: str | None) -> None:
    """Where the profile asks for notice, a silent party is told what its silence is taken for."""
    if act.profile.reply.notice_required and notified is None:
        raise Broken(
            f"{party} has not been told that its silence is taken for a refusal",
            "`notified`, the instant it was told",
        )


@rule("refuse")
def notice_was_given(act: Act[Any], notified: str | None) -> None:
    """A notice is recorded once it was given.

    Raises:
        DecodeError: `notified` is no instant.
    """
    if notified is not None and parse_instant(notified, "data.notified") > act.now:
        raise Broken(f"{notified} lies in the future", "the notice first")
