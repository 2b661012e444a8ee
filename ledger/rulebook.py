"""Hold the institution's rule profiles, every version it ever adopted."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from ledger.casefile import CaseFile
from ledger.errors import RuleViolation
from ledger.institution.subject_erasure_state import SubjectErasure
from ledger.keyring import BoundKey
from ledger.profile import Profile, ProfileRef, builtin, recorded, reference
from ledger.profile_keys import with_value
from ledger.rooms import WHOLE

Variations: TypeAlias = tuple[tuple[str, str], ...]
"""Keys varied for a case, each with its JSON, in the order of the acts."""
INSTITUTION_EYES = {"registry": WHOLE, "public": WHOLE}


class Rulebook(Struct, frozen=True):
    """The institution's profiles.

    Attributes:
        by_hash: Every version ever adopted, by hash.
        latest: The version to pin now, by profile id.
        default: Id of the profile for a case that names none.
        confirmed: Keys the institution confirmed, by profile id and version.
        demo: Whether everything in the ledger is invented, so that nothing needs confirmation.
        operators: Persons the institution entrusts with its record.
        keys: Keys with which persons sign in every case.
        orders: Erasures over every case that were ordered, by id.
    """

    by_hash: Mapping[str, Profile]
    latest: Mapping[str, ProfileRef]
    default: str = "house-default"
    confirmed: Mapping[tuple[str, int], frozenset[str]] = MappingProxyType({})
    demo: bool = False
    operators: frozenset[str] = frozenset()
    keys: tuple[BoundKey, ...] = ()
    orders: Mapping[str, SubjectErasure] = MappingProxyType({})

    def pinned(
        self, ref: ProfileRef | None, wanted: str | None, variations: Variations = ()
    ) -> tuple[ProfileRef, Profile]:
        """Return a case's pinned profile as varied, else the one to pin.

        Args:
            ref: What the case pins, None where it pins none yet.
            wanted: Id of the profile it asks for, None for the institution's default.
            variations: What its parties varied.

        Raises:
            RuleViolation: profile_is_adopted.
        """
        if ref is not None and ref.hash in self.by_hash:
            profile = self.by_hash[ref.hash]
            return ref, _varied(_Pin(ref.hash, profile), variations) if variations else profile
        found = self.latest.get(wanted or self.default)
        if found is None:
            raise RuleViolation(
                "profile_is_adopted",
                f"the institution has adopted no rule profile {wanted}",
                f"one of: {', '.join(self.latest)}",
            )
        return found, self.by_hash[found.hash]

    def unconfirmed(self, ref: ProfileRef) -> tuple[str, ...]:
        """List the keys of a profile that a live case still waits for."""
        if self.demo:
            return ()
        done = self.confirmed.get((ref.id, ref.version), frozenset())
        return tuple(key for key in self.by_hash[ref.hash].unconfirmed if key not in done)


class _Pin(Struct, frozen=True):
    """A profile known by its hash, to be looked up by it."""

    hash: str
    profile: Profile

    def __hash__(self) -> int:
        return hash(self.hash)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Pin) and other.hash == self.hash


@lru_cache(maxsize=1_024)
def _varied(pin: _Pin, variations: Variations) -> Profile:
    """Apply what was varied, in order; each value was checked when it was agreed."""
    profile = pin.profile
    for key, value in variations:
        profile = with_value(profile, key, value)
    return profile


parsed = lru_cache(maxsize=256)(recorded)
"""Read a profile's text once in a process."""


class Profiles(Mapping[str, Profile]):
    """Profiles by hash, each read when it is first asked for: a case needs one of many."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        """Take their texts, by hash."""
        self._texts = texts

    def __getitem__(self, ref_hash: str) -> Profile:
        return parsed(self._texts[ref_hash])

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)


@lru_cache(maxsize=1)
def shipped() -> Rulebook:
    """Return the profiles that come with the product, for a ledger that adopted none yet."""
    texts = {reference(text): text for text in builtin().values()}
    by_hash = Profiles({ref.hash: text for ref, text in texts.items()})
    return Rulebook(by_hash, {ref.id: ref for ref in texts})


def rulebook_of(institution: CaseFile) -> Rulebook:
    """Return the profiles an institution has adopted, and whom it entrusts with its record."""
    state = institution.seen_by(INSTITUTION_EYES).institution
    known = frozenset() if state.demo else frozenset(f"person:{name}" for name in state.operators)
    orders = {n: e for n, e in state.erasures.items() if e.stage == "executed"}
    if not state.profiles:
        return replace(shipped(), operators=known, keys=state.keys, orders=orders)
    return Rulebook(
        Profiles(state.texts),
        {name: ref for name, (ref, _) in state.profiles.items()},
        state.default_profile or "house-default",
        state.confirmed,
        state.demo,
        known,
        state.keys,
        orders,
    )
