"""Sign acts, and keep the keys they are signed with: new, show, bind, revoke, list, sign."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from cyclopts import App

from ledger.errors import DecodeError, RuleViolation
from ledger.keyring import BoundKey
from ledger.rulebook import INSTITUTION_EYES
from services.actor_keys import make_key, public_of, read_key, signed
from services.answers import DONE
from services.cli import context, output
from services.cli.looking import As, look
from services.given_files import read_given

NOT_YOURS = "the institution's own record is the registry's to read"

key = App(name="key", help="The keys with which actors sign their acts.")


@key.command
def new(file: Path, /, *, owner: str) -> int:
    """Make a key and keep it in a new file that you alone can read; then show what to hand on.

    Examples:
        goodoffices key new holt.key --owner person:holt

    Args:
        file: Name of the new file.
        owner: Whose key it is: person:NAME, or party:ID for a party that acts itself.
    """
    output.as_json(public_of(make_key(file, owner)))
    return DONE


@key.command
def show(file: Path, /) -> int:
    """Print what may be handed on of a key: owner, public key, and proof that the owner holds it.

    Args:
        file: The key file.
    """
    output.as_json(public_of(read_key(file)))
    return DONE


@key.command
def sign(file: Path, /) -> int:
    """Sign JSON lines of acts from standing input with a key file; no ledger is needed.

    Each line names for whom it is done, and the case by its whole number or reference.

    Args:
        file: The key file.
    """
    from services.desk import read_ask

    own = read_key(file)
    for line in sys.stdin.buffer:
        if line.strip():
            output.say(msgspec.json.encode(signed(read_ask(line), own)).decode())
    return DONE


@key.command
def bind(
    case: str | None = None,
    /,
    *,
    public: Path | None = None,
    file: Path | None = None,
    by: str = "registry",
    starts: str | None = None,
    ends: str | None = None,
    json: bool = False,
) -> int:
    """Bind a key to its owner: in one case, or without CASE in the institution's own record.

    Examples:
        goodoffices key bind GO-2026-0007 --public holt.json
        goodoffices key bind GO-2026-0007 --file holt.key --by B
        goodoffices key bind --file clerk.key

    Args:
        case: Case number, external reference or unique prefix.
        public: What `key show` printed, in a file.
        file: The key file itself, where it is at hand.
        by: Who binds it: the party, mediator, or the registry.
        starts: Instant from which it counts; now by default.
        ends: First instant at which it no longer counts.
        json: Answer as JSON.
    """
    data = {**_handed_on(public, file), "starts": starts, "ends": ends}
    return _given("bind", case, data, by, as_json=json)


@key.command
def revoke(
    case: str | None = None,
    /,
    *,
    owner: str,
    public_key: str,
    as_of: str | None = None,
    reason: str | None = None,
    by: str = "registry",
    json: bool = False,
) -> int:
    """Let a key count no more, from now or from another instant on.

    Args:
        case: Case number, external reference or unique prefix; the institution's record without.
        owner: Whose key it is.
        public_key: The key, as `key list` prints it.
        as_of: Instant from which it counts no more; one that has passed where it was stolen then.
        reason: Why.
        by: Who revokes it.
        json: Answer as JSON.
    """
    data = {"owner": owner, "key": public_key, "as_of": as_of, "reason": reason}
    return _given("revoke", case, data, by, as_json=json)


@key.command(name="list")
def list_(case: str | None = None, /, *, as_: As = None, json: bool = False) -> int:
    """List the keys bound in a case, or without CASE in the institution's own record.

    Args:
        case: Case number, external reference or unique prefix.
        as_: Viewer; one's own by default.
        json: One JSON document.
    """
    with look(as_) as eyes:
        if case is None:
            if eyes.office is None:
                raise RuleViolation(
                    "viewer_is_within_role", NOT_YOURS, "a case, as `key list CASE`"
                )
            state = eyes.house.desk.institution().seen_by(INSTITUTION_EYES).institution
            keys, now = state.keys, eyes.house.clock.now()
        else:
            seen = eyes.look(case)
            keys, now = seen.case.record.keys, seen.now
    if json:
        output.as_json([{**msgspec.to_builtins(k), "counts": k.counts(now)} for k in keys])
    else:
        columns = ("owner", "key", "from", "until", "counts", "entry")
        output.table("", columns, [_row(bound, now) for bound in keys])
    return DONE


def _row(bound: BoundKey, now: datetime) -> tuple[object, ...]:
    ends = None if bound.ends is None else f"{bound.ends:%Y-%m-%d %H:%M}Z"
    counts = "yes" if bound.counts(now) else "no"
    return bound.owner, bound.key, f"{bound.starts:%Y-%m-%d %H:%M}Z", ends, counts, bound.ref


def _handed_on(public: Path | None, file: Path | None) -> dict[str, Any]:
    """Read what is bound: from what was handed on, or from the key file itself."""
    if (public is None) == (file is None):
        raise DecodeError("--public", "one of --public and --file is needed", "--public FILE")
    if file is not None:
        handed: dict[str, Any] = msgspec.to_builtins(public_of(read_key(file)))
        return handed
    assert public is not None
    try:
        return msgspec.json.decode(read_given(public), type=dict[str, Any])
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DecodeError("--public", str(error), "what `goodoffices key show` prints") from None


def _given(what: str, case: str | None, data: dict[str, Any], by: str, *, as_json: bool) -> int:
    """Give the command for one case, or for the institution's record."""
    from services.cli.acting import command_line, told

    command = f"{what}-key" if case is not None else f"{what}-person-key"
    given = {name: value for name, value in data.items() if value is not None}
    ask = command_line(command, {"by": by}, given, case=case)
    with context.house() as (house, operator):
        answer = house.desk.handle(msgspec.json.encode(ask), operator, "command line")
    return told(answer, as_json=as_json)
