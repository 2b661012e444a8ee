"""Take up a case as it is read, to be told again; and find the profile it is held against."""

from difflib import get_close_matches

from ledger.errors import DecodeError
from ledger.profile import Profile, ProfileRef
from ledger.rulebook import Rulebook, rulebook_of, shipped
from ledger.supposing import History
from ledger.supposition import Past, deeds
from services.reading.eyes import Eyes
from services.reading.looking import Look


def rules(eyes: Eyes) -> Rulebook:
    """Return the institution's rulebook as it is now."""
    return rulebook_of(eyes.house.desk.institution())


def pinned(rulebook: Rulebook, look: Look) -> tuple[ProfileRef, Profile]:
    """Return the profile a case goes by; before one is pinned, that which would be."""
    return rulebook.pinned(look.case.intake.profile, None)


def history(rulebook: Rulebook, look: Look) -> History:
    """Take up what somebody reads of a case; who opens its contents is noted.

    Raises:
        StoreFault: That cannot be noted, or an entry was altered.
    """
    acts = deeds([kept.frame for kept in look.kept], look.open)
    past = Past(look.record.case_id, acts, look.open, frozenset(look.rights), look.now)
    return History(past, rulebook, *pinned(rulebook, look))


def profile_named(rulebook: Rulebook, name: str) -> tuple[ProfileRef, Profile]:
    """Find a profile: the version adopted last, the one named as ID/VERSION, else one of ours.

    Raises:
        DecodeError: There is none of that name.
    """
    found = rulebook.latest.get(name)
    if found is not None:
        return found, rulebook.by_hash[found.hash]
    bare, _, version = name.partition("/")
    for book in (rulebook, shipped()):
        for ref_hash, profile in book.by_hash.items():
            if profile.id == bare and version in ("", str(profile.version)):
                return ProfileRef(profile.id, profile.version, ref_hash), profile
    names = sorted({*rulebook.latest, *shipped().latest})
    close = get_close_matches(name, names, n=3) or names
    why = f"there is no rule profile {name!r}"
    raise DecodeError("--profile", why, f"one of: {', '.join(close)}")
