"""Read rule profiles: an institution's procedure as data, pinned to a case by version and hash."""

import hashlib
import re
from importlib import resources

import msgspec
from msgspec import inspect

from ledger.errors import DecodeError
from ledger.profile_checks import require_consistent, require_known_names, require_no_article
from ledger.profile_tables import Profile

__all__ = ["Profile", "ProfileRef", "builtin", "digest", "load", "recorded", "reference"]

TEXT_BYTES_MAX = 64 * 1024

_AT = re.compile(r"(?P<what>.*) - at .*?`\$\.?(?P<path>[^`]*)`", re.DOTALL)
_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(.*)`")
_NOT_A_WORD = re.compile(r"Invalid enum value (.*)", re.DOTALL)
_NOT_WRITTEN_SO = re.compile(r"Expected `str` matching regex .*")
# Keys with one word only: the procedure would be no mediation with another.
_WHY_ONE_WORD = {
    "objection.silence_means": "silence is never a waiver; a waiver is express, by every party",
    "conflict_waiver.waiver_by": "a waiver that not every party gave in writing waives nothing",
    "proposal.binding_mode": "nothing binds until it is written and signed",
}


class ProfileRef(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Pin a profile to a case.

    Attributes:
        id: Its id.
        version: Its version.
        hash: `sha256:` and the digest of its text.
    """

    id: str
    version: int
    hash: str


def load(text: str) -> Profile:
    """Read a profile that is to be adopted.

    Raises:
        DecodeError: Not TOML, a key that is unknown, missing or of the wrong type, keys that
            contradict each other, or an article number; names the key, why, and what is accepted.
    """
    profile = recorded(text)
    require_no_article(text)
    require_known_names(profile)
    require_consistent(profile)
    return profile


def recorded(text: str) -> Profile:
    """Read a profile that was adopted once; it was checked then, by the rules of that time.

    Raises:
        DecodeError: Not TOML, or a key that is unknown, missing or of the wrong type.
    """
    try:
        return msgspec.toml.decode(_bytes(text), type=Profile)
    except msgspec.ValidationError as error:
        raise _unreadable(str(error)) from error
    except (ValueError, RecursionError) as error:
        raise DecodeError("", f"not a TOML file: {error}", "a TOML file in UTF-8") from error


def digest(text: str) -> str:
    """Return the SHA-256 of a profile's text in UTF-8, as `sha256:` and lower-case hex."""
    return f"sha256:{hashlib.sha256(_bytes(text)).hexdigest()}"


def reference(text: str) -> ProfileRef:
    """Read a profile and return the reference a case keeps of it.

    Raises:
        DecodeError: As for `recorded`.
    """
    profile = recorded(text)
    return ProfileRef(id=profile.id, version=profile.version, hash=digest(text))


def builtin() -> dict[str, str]:
    """Return the text of each profile that comes with the ledger, by its id."""
    folder = resources.files("ledger").joinpath("profiles")
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    return {f.name.removesuffix(".toml"): f.read_text(encoding="utf-8") for f in files}


def _bytes(text: str) -> bytes:
    try:
        encoded = text.encode()
    except UnicodeEncodeError as error:
        raise DecodeError("", "not a text of whole characters", "a TOML file in UTF-8") from error
    if len(encoded) > TEXT_BYTES_MAX:
        why = f"{len(encoded):,} bytes are too many for a profile"
        raise DecodeError("", why, f"at most {TEXT_BYTES_MAX:,} bytes")
    return encoded


def _unreadable(message: str) -> DecodeError:
    """Say which key is wrong, why, and what it takes."""
    at = _AT.fullmatch(message)
    what, path = (at["what"], at["path"]) if at else (message, "")
    if unknown := _UNKNOWN.fullmatch(what):
        keys = _words(_type_at(path))
        return DecodeError(_joined(path, unknown[1]), "there is no such key", keys)
    if missing := _MISSING.fullmatch(what):
        path = _joined(path, missing[1])
        return DecodeError(path, "this key is missing", _words(_type_at(path)))
    if wrong := _NOT_A_WORD.fullmatch(what):
        what = _WHY_ONE_WORD.get(path, f"{wrong[1]} is not a word this key knows")
    elif _NOT_WRITTEN_SO.fullmatch(what):
        what = "not written as this key takes it"
    why = what[0].lower() + what[1:]
    return DecodeError(path.removesuffix("[...]"), why, _words(_type_at(path)))


def _joined(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _type_at(path: str) -> inspect.Type:
    """Find the type of a key; an entry of a list or table is told by the whole list or table."""
    found: inspect.Type = inspect.type_info(Profile)
    for key in re.sub(r"\[.*?\]", "", path).split(".") if path else ():
        assert isinstance(found, inspect.StructType)
        found = next(f.type for f in found.fields if f.encode_name == key)
    return found


def _words(kind: inspect.Type) -> str:
    """Say what a key takes."""
    match kind:
        case inspect.Metadata(type=inner, extra_json_schema=schema):
            return str(schema["description"]) if schema else _words(inner)
        case inspect.StructType(fields=fields):
            return f"a table with the keys: {', '.join(f.encode_name for f in fields)}"
        case inspect.UnionType(types=types):
            return f"{_words(types[0])}, or no such key"
        case inspect.VarTupleType(item_type=item):
            return f"a list, each entry {_words(item)}"
        case inspect.LiteralType(values=values):
            return f"one of: {', '.join(map(str, values))}"
        case inspect.IntType(ge=low, le=high):
            return f"a whole number, {low} or more" + (f", at most {high:,}" if high else "")
        case inspect.BoolType():
            return "true or false"
        case _:
            return "text"
