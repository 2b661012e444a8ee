"""Read and write which witnesses a log asks, and which of them are enough (C2SP tlog-policy).

The lines are those that a verifier reads (`ledger/seal/verify.py`): `witness NAME KEY URL`,
`group NAME COUNT MEMBER...`, `quorum NAME`. Lines `log KEY` are added for readers.
"""

import re
from collections.abc import Collection, Iterable
from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct

from ledger.errors import DecodeError
from ledger.seal.note_keys import COSIGNS, SIGNS, VerifierKey, parse_key

WITNESSES_MAX: Final = 32
GROUPS_MAX: Final = 32
NOBODY: Final = "none"
ASKED: Final = "asked"
"""Name of the group that `Policy.with_quorum` makes."""
_COUNT: Final = re.compile(r"[1-9][0-9]{0,3}")


class AskedWitness(Struct, frozen=True):
    """A witness as a policy names it.

    Attributes:
        name: Within the policy.
        key: What checks its cosignatures.
        url: Where it is asked, None where it is not.
    """

    name: str
    key: VerifierKey
    url: str | None = None

    @property
    def line(self) -> str:
        """Write it."""
        return " ".join(["witness", self.name, self.key.text, *([self.url] if self.url else [])])


class Group(Struct, frozen=True):
    """Some of a policy's witnesses and groups, of which so many are enough.

    Attributes:
        name: Within the policy.
        enough: How many.
        members: Names.
    """

    name: str
    enough: int
    members: tuple[str, ...]

    @property
    def line(self) -> str:
        """Write it."""
        return " ".join(["group", self.name, str(self.enough), *self.members])


class Policy(Struct, frozen=True):
    """Which witnesses there are, and which of them are enough.

    Attributes:
        witnesses: In the order they stand.
        groups: In the order they stand, each after its members.
        quorum: A witness or a group, None for nobody.
    """

    witnesses: tuple[AskedWitness, ...] = ()
    groups: tuple[Group, ...] = ()
    quorum: str | None = None

    @property
    def text(self) -> str:
        """Write it, as `read_policy` reads it."""
        lines = [each.line for each in self.witnesses] + [each.line for each in self.groups]
        return "".join(f"{line}\n" for line in [*lines, f"quorum {self.quorum or NOBODY}"])

    def for_readers(self, logs: Iterable[str]) -> str:
        """Write it with the keys of the logs it is about, for whoever pins it."""
        return "".join(f"log {key}\n" for key in logs) + self.text

    def is_met(self, signed: Collection[VerifierKey]) -> bool:
        """Tell whether enough of the witnesses have signed."""
        there = {NOBODY} | {each.name for each in self.witnesses if each.key in signed}
        for group in self.groups:
            if sum(member in there for member in group.members) >= group.enough:
                there.add(group.name)
        return (self.quorum or NOBODY) in there

    def with_witness(self, witness: AskedWitness) -> "Policy":
        """Ask one more witness; the quorum stays as it is.

        Raises:
            DecodeError: Its name or key stands there already, or there are too many.
        """
        made = Policy((*self.witnesses, witness), self.groups, self.quorum)
        return read_policy(made.text)

    def without(self, name: str) -> "Policy":
        """Ask a witness no more.

        Raises:
            DecodeError: It is not there, or a group or the quorum counts on it.
        """
        rest = tuple(each for each in self.witnesses if each.name != name)
        if len(rest) == len(self.witnesses):
            raise DecodeError("witness", f"{name} is not in the policy", "`witness status`")
        if name == self.quorum or any(name in group.members for group in self.groups):
            why = f"the quorum counts on {name}"
            raise DecodeError("witness", why, "`witness quorum` without it first")
        return Policy(rest, self.groups, self.quorum)

    def with_quorum(self, enough: int, names: tuple[str, ...]) -> "Policy":
        """Let some of the witnesses named be enough, in place of every group there was.

        Args:
            enough: How many; 0 for no quorum.
            names: Of witnesses; all of them by default.

        Raises:
            DecodeError: There are fewer, or one is not known.
        """
        if not enough:
            return Policy(self.witnesses)
        members = names or tuple(each.name for each in self.witnesses)
        group = Group(ASKED, enough, members)
        return read_policy(Policy(self.witnesses, (group,), ASKED).text)


def asked_witness(url: str, key: str, name: str | None = None) -> AskedWitness:
    """Name a witness to be asked.

    Args:
        url: Where its `add-checkpoint` is, without that word.
        key: Its key.
        name: Within the policy; the name of its key by default.

    Raises:
        DecodeError: The address cannot be asked, or the key is none of a witness.
    """
    found = parse_key(key)
    _check_url(url)
    return _witness([name or found.name, key, url])


def read_policy(text: str) -> Policy:
    """Read a policy.

    Raises:
        DecodeError: A line is not understood, or names what is not there before it.
    """
    read = _Reading()
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.partition("#")[0].split()
        if words:
            try:
                read.take(words)
            except DecodeError as error:
                raise DecodeError(f"line {number} of the policy", error.why, error.needs) from error
    if len(read.quorum) != 1:
        raise DecodeError("policy", f"{len(read.quorum)} quorums", "one line `quorum NAME`")
    if len(read.witnesses) > WITNESSES_MAX or len(read.groups) > GROUPS_MAX:
        needs = f"at most {WITNESSES_MAX} witnesses and {GROUPS_MAX} groups"
        raise DecodeError("policy", "too many witnesses or groups", needs)
    quorum = None if read.quorum[0] == NOBODY else read.quorum[0]
    return Policy(tuple(read.witnesses), tuple(read.groups), quorum)


class _Reading:
    """A policy, as far as it was read."""

    def __init__(self) -> None:
        self.witnesses: list[AskedWitness] = []
        self.groups: list[Group] = []
        self.quorum: list[str] = []
        self._names = {NOBODY}
        self._free: set[str] = set()

    def take(self, words: list[str]) -> None:
        what, *rest = words
        if what == "log" and len(rest) in (1, 2):
            _key_of(rest[0], SIGNS)
        elif what == "witness" and len(rest) in (2, 3):
            self._witness(_witness(rest))
        elif what == "group" and rest[2:]:
            self._group(rest)
        elif what == "quorum" and len(rest) == 1 and rest[0] in self._names and not self.quorum:
            self.quorum.append(rest[0])
        else:
            raise DecodeError(
                "line", f"{what} is not understood here", "log, witness, group, quorum"
            )

    def _witness(self, witness: AskedWitness) -> None:
        if any(each.key.public == witness.key.public for each in self.witnesses):
            raise DecodeError("witness", f"the key of {witness.name} stands there already")
        self._name(witness.name)
        self.witnesses.append(witness)

    def _group(self, rest: list[str]) -> None:
        name, count, *members = rest
        if len({*members}) != len(members) or not {*members} <= self._free:
            why = "a member is not known, or counts elsewhere already"
            raise DecodeError("group", why, "names of witnesses and groups above, each once")
        named = {"any": 1, "all": len(members)}
        enough = named.get(count) or (int(count) if _COUNT.fullmatch(count) else 0)
        if not 1 <= enough <= len(members):
            raise DecodeError("group", f"{count} of {len(members)} is no threshold")
        self._free -= {*members}
        self._name(name)
        self.groups.append(Group(name, enough, tuple(members)))

    def _name(self, name: str) -> None:
        if name in self._names or "#" in name or not name.isprintable():
            raise DecodeError("name", f"{name!r} stands there already, or cannot be a name")
        self._names.add(name)
        self._free.add(name)


def _witness(rest: list[str]) -> AskedWitness:
    name, key, *url = rest
    for each in url:
        _check_url(each)
    return AskedWitness(name, _key_of(key, COSIGNS), url[0] if url else None)


def _key_of(text: str, kind: int) -> VerifierKey:
    key = parse_key(text)
    if key.kind != kind:
        wanted = "witness" if kind == COSIGNS else "log"
        raise DecodeError("key", f"the key of {key.name} is not that of a {wanted}")
    return key


def _check_url(url: str) -> None:
    needs = "http://host:port or https://host/path, without name and password"
    try:
        found = urlsplit(url)
        sound = found.scheme in ("http", "https") and bool(found.hostname) and found.port != 0
    except ValueError:
        raise DecodeError("address", f"{url!r} is no address", needs) from None
    written = url.isascii() and url.isprintable() and " " not in url and "#" not in url
    if not (sound and written) or found.username is not None or found.query:
        raise DecodeError("address", f"{url!r} is no address of a witness", needs)
