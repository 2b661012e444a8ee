"""Tell how cases conform to a rule profile, their own or any other."""

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct
from msgspec.structs import asdict

from ledger.profile import Profile, ProfileRef
from ledger.rooms import WHOLE
from ledger.rulebook import Rulebook
from projections.conformance import Conformity, conformity
from projections.demanded_steps import ROOMS
from projections.findings import Finding
from services.reading.contests import Contests, contests, remarks
from services.reading.eyes import Eyes
from services.reading.histories import history, pinned, profile_named, rules
from services.reading.looking import Look


class Remarked(Finding, frozen=True, kw_only=True):
    """A finding, with what was said of the entries it rests on.

    Attributes:
        remarks: Objections to its entries, and what was answered.
    """

    remarks: tuple[str, ...] = ()


class Conforming(Struct, frozen=True, kw_only=True):
    """How one case conforms to a profile, in a line; the names are those of the JSON document.

    Attributes:
        viewer: Whose eyes: another who reads less finds less.
        profile: The profile, as ID/VERSION.
        own: Whether it is the one pinned to the case.
        at: The instant looked from.
        verdicts: How many findings of each.
        acts: How many acts were judged.
        not_judged: Entries of acts that cannot be judged from what is read.
    """

    case_id: str
    number: str | None
    external_ref: str | None
    viewer: str
    profile: str
    own: bool
    at: datetime
    verdicts: dict[str, int]
    acts: int
    not_judged: tuple[str, ...]


class Conformance(Conforming, frozen=True, kw_only=True):
    """The same, with every finding.

    Attributes:
        title: What the profile is called; none is an official encoding of anybody's rules.
        unconfirmed: Keys of it that the institution has not confirmed.
        findings: What it demands, and whether it is met.
    """

    title: str
    unconfirmed: tuple[str, ...]
    findings: tuple[Remarked, ...]


def conformance(eyes: Eyes, case: str, profile: str | None) -> Conformance:
    """Judge one case.

    Raises:
        DecodeError: No such profile.
        RuleViolation: case_is_known, viewer_is_within_role, entry_is_known.
        StoreFault: An event was altered or is missing.
    """
    rulebook, look = rules(eyes), eyes.look(case)
    ref, found = _profile(rulebook, look, profile)
    judged = _judged(rulebook, look, ref, found)
    said = contests(look)
    return Conformance(
        **asdict(_line(rulebook, look, ref, judged)),
        title=found.title,
        unconfirmed=_unconfirmed(rulebook, ref, found),
        findings=tuple(_remarked(one, said) for one in judged.findings),
    )


def conformances(eyes: Eyes, profile: str | None) -> Iterator[Conforming]:
    """Judge all cases, one by one.

    Raises:
        DecodeError, RuleViolation, StoreFault: As `conformance`.
    """
    rulebook = rules(eyes)
    if profile is not None:
        profile_named(rulebook, profile)
    for look in eyes.looks(None):
        ref, found = _profile(rulebook, look, profile)
        yield _line(rulebook, look, ref, _judged(rulebook, look, ref, found))


def _profile(rulebook: Rulebook, look: Look, name: str | None) -> tuple[ProfileRef, Profile]:
    return pinned(rulebook, look) if name is None else profile_named(rulebook, name)


def _judged(rulebook: Rulebook, look: Look, ref: ProfileRef, profile: Profile) -> Conformity:
    own = ref.hash == pinned(rulebook, look)[0].hash
    reads_steps = all(look.rights.get(room) == WHOLE for room in ROOMS)
    told = history(rulebook, look)
    return conformity(told, profile, own=own, now=look.now, reads_steps=reads_steps)


def _line(rulebook: Rulebook, look: Look, ref: ProfileRef, judged: Conformity) -> Conforming:
    intake = look.case.intake
    return Conforming(
        case_id=str(look.record.case_id),
        number=intake.number,
        external_ref=intake.external_ref,
        viewer=look.viewer,
        profile=f"{ref.id}/{ref.version}",
        own=ref.hash == pinned(rulebook, look)[0].hash,
        at=look.now,
        verdicts=judged.counts(),
        acts=judged.acts,
        not_judged=judged.not_judged,
    )


def _unconfirmed(rulebook: Rulebook, ref: ProfileRef, profile: Profile) -> tuple[str, ...]:
    done = rulebook.confirmed.get((ref.id, ref.version), frozenset())
    return tuple(key for key in profile.unconfirmed if key not in done)


def _remarked(finding: Finding, said: Contests) -> Remarked:
    words = tuple(w for ref in finding.entries for w in remarks(said.get(ref, ())))
    return Remarked(**asdict(finding), remarks=words)
