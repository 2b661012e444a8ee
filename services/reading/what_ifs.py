"""Tell what would have become of a case, had an entry not been or a rule been another."""

from collections.abc import Iterable
from difflib import get_close_matches

from msgspec import Struct

from ledger.engagement.varying import as_json
from ledger.errors import DecodeError
from ledger.profile import Profile
from ledger.profile_checks import require_consistent
from ledger.profile_keys import procedure_keys, with_value
from ledger.rulebook import Variations
from ledger.supposition import Otherwise
from projections.what_if import Changed, Consequences, Moved, consequences
from services.reading.eyes import Eyes
from services.reading.histories import history, pinned, profile_named, rules
from services.reading.looking import Look


class Supposing(Struct, frozen=True):
    """What is supposed, as somebody asks it.

    Attributes:
        without: Entries, ROOM:SEQ.
        keys: Keys of the profile with their values, KEY=VALUE.
        profile: A profile by name, None for the case's own.
    """

    without: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    profile: str | None = None


class WhatIf(Struct, frozen=True, kw_only=True):
    """What would have become of a case; the names are those of the JSON document.

    Attributes:
        viewer: Whose eyes: of what others read alone, nothing is told here.
        profile: The profile it is told under, as ID/VERSION.
        without: Entries left out, with all that their acts recorded.
        keys: Keys of the profile that say something else, each with its JSON.
        changed: Acts that would have been refused, or marked as breaking a rule.
        dates: Dates that would be others.
        phase, outcome: As recorded.
        phase_then, outcome_then: As they would be.
        not_judged: Entries of acts that cannot be judged from what is read; taken as recorded.
    """

    case_id: str
    number: str | None
    external_ref: str | None
    viewer: str
    profile: str
    without: tuple[str, ...]
    keys: dict[str, str]
    changed: tuple[Changed, ...]
    dates: tuple[Moved, ...]
    phase: str
    phase_then: str
    outcome: str | None
    outcome_then: str | None
    not_judged: tuple[str, ...]


def what_if(eyes: Eyes, case: str, supposing: Supposing) -> WhatIf:
    """Tell a case again in memory; nothing is recorded.

    Raises:
        DecodeError: Nothing is supposed; no such key, value or profile.
        RuleViolation: case_is_known, viewer_is_within_role, entry_is_known.
        StoreFault: An event was altered or is missing.
    """
    if supposing == Supposing():
        needs = "--without ROOM:SEQ, --set KEY=VALUE or --profile NAME"
        raise DecodeError("what-if", "nothing is supposed", needs)
    rulebook, look = rules(eyes), eyes.look(case)
    own, _ = pinned(rulebook, look)
    name = supposing.profile
    ref, profile = pinned(rulebook, look) if name is None else profile_named(rulebook, name)
    keys = _keys(supposing.keys, profile)
    look.narrowed(frozenset(supposing.without))
    otherwise = Otherwise(
        profile=profile,
        own=ref.hash == own.hash,
        without=frozenset(supposing.without),
        keys=keys,
    )
    found = consequences(history(rulebook, look), otherwise)
    return _told(look, f"{ref.id}/{ref.version}", dict(keys), found)


def _keys(asked: Iterable[str], profile: Profile) -> Variations:
    """Read the keys that are to say something else.

    Raises:
        DecodeError: No such key, not what it takes, or the profile would contradict itself.
    """
    keys: dict[str, str] = {}
    for one in asked:
        key, sign, value = one.partition("=")
        key = key.strip().removeprefix("profile.")
        if not sign or key not in procedure_keys():
            raise _no_such_key(key)
        keys[key] = as_json(value.strip())
        profile = with_value(profile, key, keys[key])
    if keys:
        require_consistent(profile)
    return tuple(keys.items())


def _no_such_key(key: str) -> DecodeError:
    close = get_close_matches(key, procedure_keys(), n=3) or ["reply.period_days"]
    why = f"{key!r} is no key of the procedure"
    return DecodeError("--set", why, f"KEY=VALUE, such as {close[0]}=...")


def _told(look: Look, profile: str, keys: dict[str, str], found: Consequences) -> WhatIf:
    intake = look.case.intake
    return WhatIf(
        case_id=str(look.record.case_id),
        number=intake.number,
        external_ref=intake.external_ref,
        viewer=look.viewer,
        profile=profile,
        without=found.left_out,
        keys=keys,
        changed=found.changed,
        dates=found.dates,
        phase=found.phase[0],
        phase_then=found.phase[1],
        outcome=found.outcome[0],
        outcome_then=found.outcome[1],
        not_judged=found.not_judged,
    )
