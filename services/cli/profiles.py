"""Rule profiles: list, show and check them; have the institution adopt and confirm them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from cyclopts import App

from ledger.errors import DecodeError, StoreFault
from services.answers import DONE
from services.cli import context, output
from services.cli.acting import command_line, told
from services.given_files import read_given

profile = App(name="profile", help="Rule profiles: list, show, check, adopt, confirm.")


class Shown(msgspec.Struct, frozen=True):
    """A profile in the list.

    Attributes:
        id: Its id.
        version: Its version.
        title: What it is called.
        adopted: Whether the institution has adopted this version.
        default: Whether a case that names no profile gets it.
        waits_for: Keys the institution has to confirm before a live case.
    """

    id: str
    version: int
    title: str
    adopted: bool
    default: bool
    waits_for: tuple[str, ...]


@profile.command(name="list")
def list_(*, json: bool = False) -> int:
    """List the profiles the institution has adopted, and those that come with the product.

    Args:
        json: One JSON document.
    """
    found = list(_shown())
    if json:
        output.as_json(found)
        return DONE
    columns = ("profile", "version", "title", "adopted", "to be confirmed")
    rows = [
        (p.id, p.version, p.title, _adopted(p), ", ".join(p.waits_for) or "nothing") for p in found
    ]
    output.table("", columns, rows)
    return DONE


def _adopted(shown: Shown) -> str:
    if not shown.adopted:
        return "no"
    return "yes, the default" if shown.default else "yes"


@profile.command
def show(name: str, /) -> int:
    """Print a profile as it is adopted, else as it comes with the product.

    Args:
        name: Its id.
    """
    texts = _texts()
    if name not in texts:
        raise DecodeError("profile", f"there is no profile {name!r}", ", ".join(texts))
    output.say(texts[name].rstrip("\n"))
    return DONE


@profile.command
def check(file: Path, /) -> int:
    """Check a profile file; name the key that is wrong, why, and what it takes.

    Examples:
        goodoffices profile check harbour.toml

    Args:
        file: The TOML file.
    """
    from ledger.profile import load, reference

    text = _read(file)
    read = load(text)
    ref = reference(text)
    output.say(f"{read.id} version {read.version} is well; {ref.hash}")
    if read.unconfirmed:
        output.say(f"to be confirmed before a live case: {', '.join(read.unconfirmed)}")
    return DONE


@profile.command
def adopt(file: str, /, *, default: bool = False) -> int:
    """Have the institution adopt a profile, or a new version of one.

    Examples:
        goodoffices profile adopt harbour.toml --default

    Args:
        file: The TOML file, or the id of a profile that comes with the product.
        default: Let a case that names no profile get it from now on.
    """
    from ledger.profile import builtin

    text = builtin().get(file) or _read(Path(file))
    return _institution("adopt-profile", {"text": text, "default": default})


@profile.command
def confirm(
    name: str,
    /,
    *,
    key: list[str] | None = None,
    all_: bool = False,
    basis: str | None = None,
) -> int:
    """Confirm what keys of a profile rest on, so that live cases may pin it.

    Examples:
        goodoffices profile confirm icc-2014-style --key objection --basis "Read by counsel."

    Args:
        name: Id of the profile.
        key: A key as its list `unconfirmed` names it; may be repeated.
        all_: Every key that is still to be confirmed.
        basis: What they were checked against.
    """
    keys = list(key or ())
    if all_:
        keys = [k for shown in _shown() if shown.id == name for k in shown.waits_for]
    if not keys:
        raise DecodeError("--key", "no key is named", "--key KEY, or --all")
    data: dict[str, Any] = {"profile_id": name, "keys": keys}
    return _institution("confirm-profile-keys", data if basis is None else {**data, "basis": basis})


def _shown() -> Iterator[Shown]:
    from ledger.profile import recorded, reference

    state = _state()
    for name, text in _texts().items():
        read, ref = recorded(text), reference(text)
        adopted = state is not None and ref.hash in state.texts
        done = state.confirmed.get((ref.id, ref.version), frozenset()) if state else frozenset()
        yield Shown(
            id=name,
            version=read.version,
            title=read.title,
            adopted=adopted,
            default=state is not None and state.default_profile == name,
            waits_for=tuple(key for key in read.unconfirmed if key not in done),
        )


def _texts() -> dict[str, str]:
    """Return the texts of all profiles: as adopted, else as they come."""
    from ledger.profile import builtin

    state = _state()
    adopted = {name: text for name, (_, text) in state.profiles.items()} if state else {}
    return dict(sorted({**builtin(), **adopted}.items()))


def _state() -> Any:  # noqa: ANN401 - Institution, not imported for speed
    """Return the institution's own record, None where there is no ledger yet."""
    from ledger.rulebook import INSTITUTION_EYES

    try:
        with context.house() as (house, _):
            return house.desk.institution().seen_by(INSTITUTION_EYES).institution
    except StoreFault:
        return None


def _read(file: Path) -> str:
    try:
        return read_given(file).decode()
    except UnicodeDecodeError as error:
        raise DecodeError(str(file), "not a text in UTF-8", "a TOML file in UTF-8") from error
    except OSError as error:
        why = f"{file} cannot be read: {error.strerror}"
        raise DecodeError(str(file), why, "a TOML file") from error


def _institution(command: str, data: dict[str, Any]) -> int:
    """Give one command to the institution's own record."""
    line = command_line(command, {"by": "registry"}, data)
    with context.house(create=True) as (house, acting):
        answer = house.desk.handle(msgspec.json.encode(line), acting, "command line")
    return told(answer, as_json=False)
