"""Hold the institution's rule profiles, every version it ever adopted."""

from collections.abc import Mapping
from functools import lru_cache

from msgspec import Struct

from ledger.casefile import CaseFile
from ledger.errors import RuleViolation
from ledger.profile import Profile, ProfileRef, builtin, load, reference
from ledger.rooms import WHOLE

INSTITUTION_EYES = {"registry": WHOLE, "public": WHOLE}


class Rulebook(Struct, frozen=True):
    """The institution's profiles.

    Attributes:
        by_hash: Every version ever adopted, by hash.
        latest: The version to pin now, by profile id.
        default: Id of the profile for a case that names none.
    """

    by_hash: Mapping[str, Profile]
    latest: Mapping[str, tuple[ProfileRef, Profile]]
    default: str = "house-default"

    def pinned(self, ref: ProfileRef | None, wanted: str | None) -> tuple[ProfileRef, Profile]:
        """Return a case's pinned profile, else the one to pin.

        Raises:
            RuleViolation: profile_is_adopted.
        """
        if ref is not None and ref.hash in self.by_hash:
            return ref, self.by_hash[ref.hash]
        found = self.latest.get(wanted or self.default)
        if found is None:
            raise RuleViolation(
                "profile_is_adopted",
                f"the institution has adopted no rule profile {wanted}",
                f"one of: {', '.join(self.latest)}",
            )
        return found


parsed = lru_cache(maxsize=256)(load)
"""Read a profile's text once in a process."""


@lru_cache(maxsize=1)
def shipped() -> Rulebook:
    """Return the profiles that come with the product, for a ledger that adopted none yet."""
    texts = builtin().values()
    found = {parsed(text).id: (reference(text), parsed(text)) for text in texts}
    return Rulebook({ref.hash: profile for ref, profile in found.values()}, found)


def rulebook_of(institution: CaseFile) -> Rulebook:
    """Return the profiles an institution has adopted."""
    state = institution.seen_by(INSTITUTION_EYES).institution
    if not state.profiles:
        return shipped()
    return Rulebook(
        {ref_hash: parsed(text) for ref_hash, text in state.texts.items()},
        {name: (ref, parsed(text)) for name, (ref, text) in state.profiles.items()},
        state.default_profile or "house-default",
    )
