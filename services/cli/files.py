"""Read the files of a case: neutrality, releases, parties, feedback."""

from collections.abc import Callable, Iterator
from typing import Any

from services.cli import output
from services.cli.looking import As, begun, contested, done, listed, look, name_of


def neutrality(
    case: str | None = None, /, *, as_: As = None, at: str | None = None, json: bool = False
) -> int:
    """Tell who inquired, disclosed, objected, waived, challenged, decided, and what came of it.

    Args:
        case: Case number, external reference or unique prefix; all by default.
        as_: Viewer; one's own by default.
        at: Moment to look from.
        json: One JSON document.
    """
    from services.reading.neutrality import neutrality_file

    columns = ("case", "recorded", "entry", "what", "says", "stands", "words", "remarks")
    with look(as_, at) as eyes:
        return listed(eyes, neutrality_file(eyes, case), columns, _filed_row, json=json)


def _filed_row(filed: Any) -> tuple[object, ...]:  # noqa: ANN401 - not imported for speed
    from services.reading import words

    said = "; ".join(f"{name}: {words.plain(value)}" for name, value in filed.contents.items())
    place = (name_of(filed), f"{filed.recorded:%Y-%m-%d %H:%M}Z", filed.entry)
    return *place, filed.what, filed.says, filed.stands, _shown(filed, said), contested(filed)


def releases(
    case: str | None = None, /, *, as_: As = None, at: str | None = None, json: bool = False
) -> int:
    """Tell what was told in confidence, which words may be told to whom, and which were.

    Args:
        case: Case number, external reference or unique prefix; all by default.
        as_: Viewer; one's own by default.
        at: Moment to look from.
        json: One JSON document.
    """
    from services.reading.releases import release_desk

    columns = ("case", "room", "item", "release", "stands", "words", "to", "until", "told")
    with look(as_, at) as eyes:
        desk = release_desk(eyes, case)
        return listed(eyes, desk, (*columns, "entry", "remarks"), _release_row, json=json)


def _release_row(line: Any) -> tuple[object, ...]:  # noqa: ANN401 - not imported for speed
    told = [f"{', '.join(t.to)} on {t.at:%Y-%m-%d %H:%M}Z ({t.entry})" for t in line.told]
    told += [f"passed on ({ref})" for ref in line.passed]
    told += [f"revoked ({line.revoked})"] * bool(line.revoked)
    where = (name_of(line), line.room, line.item_id, line.authorisation_id, line.stands)
    words = (_shown(line, line.words or ""), ", ".join(line.recipients), line.valid_until)
    return *where, *words, "; ".join(told), line.entry, contested(line)


def parties(
    case: str | None = None, /, *, as_: As = None, at: str | None = None, json: bool = False
) -> int:
    """Tell who is a party, since when, and who may act for it how far.

    Args:
        case: Case number, external reference or unique prefix; all by default.
        as_: Viewer; one's own by default.
        at: Moment to look from.
        json: One JSON document.
    """
    from services.reading.party_set import party_list

    columns = ("case", "party", "name", "consent", "joined", "left", "acts for it")
    with look(as_, at) as eyes:
        return listed(eyes, party_list(eyes, case), (*columns, "remarks"), _party_row, json=json)


def _party_row(told: Any) -> tuple[object, ...]:  # noqa: ANN401 - not imported for speed
    from services.reading import words
    from services.reading.contests import remarks

    found = [*told.contests.values(), *(held.contests for held in told.representatives)]
    return (
        name_of(told),
        told.party,
        told.name,
        told.consent + " (asked for the mediation)" * told.requesting,
        _step(told.joined),
        _step(told.left),
        "; ".join(_speaker(held) for held in told.representatives),
        words.unmarked("; ".join(said for one in found for said in remarks(one))),
    )


def _step(step: Any) -> str | None:  # noqa: ANN401 - Step, not imported for speed
    if step is None:
        return None
    return f"{step.what} {step.occurred or f'{step.recorded:%Y-%m-%d %H:%M}Z'} ({step.entry})"


def _speaker(held: Any) -> str:  # noqa: ANN401 - Representative, not imported for speed
    from services.reading import words

    name = words.person(held.person) + " (counsel)" * (held.capacity == "counsel")
    parts = [
        f"{name} may {', '.join(held.powers) or 'do nothing'}",
        f"from {held.starts}" if held.starts else "",
        f"until {held.ends}" if held.ends else "",
        "" if held.live else "no longer" if held.revoked or held.ends else "not now",
        f"limits: {words.plain(held.limits)}" if held.limits else "",
        f"up to {words.plain(held.ceiling)}" if held.ceiling else "",
        *(f"doubted by {words.person(d.by)} ({d.entry})" for d in held.doubts),
    ]
    return ", ".join(part for part in parts if part)


def feedback(
    case: str | None = None, /, *, as_: As = None, at: str | None = None, json: bool = False
) -> int:
    """Tell how mediations were found, question by question, and what the answers come to so far.

    Args:
        case: Case number, external reference or unique prefix; all by default.
        as_: Viewer; one's own by default. A mediator reads its own, and the parties' without names
            once the registry shared it.
        at: Moment to look from.
        json: One JSON document.
    """
    from services.reading.feedback import feedback_over_time

    with look(as_, at) as eyes:
        found = begun(feedback_over_time(eyes, case))
        if json:
            output.as_json_list(found)
        else:
            output.table("", _FEEDBACK, (row for heard in found for row in _heard_rows(heard)))
        return done(eyes)


_FEEDBACK = ("case", "recorded", "from", "question", "answers", "mean", "so far", "entry")


def _heard_rows(heard: Any) -> Iterator[tuple[object, ...]]:  # noqa: ANN401 - not imported for speed
    from services.reading import words

    by = words.person(heard.by) if heard.by else f"{heard.count} parties, without names"
    place = (name_of(heard), f"{heard.recorded:%Y-%m-%d}", by)
    for one in heard.answers:
        answers = ", ".join(str(answer) for answer in one.answers)
        cases = f"{one.cases_so_far} case{'s' * (one.cases_so_far != 1)}"
        so_far = None if one.mean_so_far is None else f"{one.mean_so_far} in {cases}"
        yield *place, one.asks or words.plain(one.question), answers, one.mean, so_far, heard.entry
    beside = (heard.remark, _shown(heard, ""), contested(heard))
    if text := "; ".join(part for part in beside if part):
        yield *place, "beside", text, None, None, heard.entry


def _shown(told: Any, text: str) -> str:  # noqa: ANN401 - whatever may be erased or sealed
    """Return the words of an entry, or why they are not shown."""
    from services.reading import words

    if told.erased:
        return words.ERASED
    return f"[sealed by {told.sealed_by}]" if told.sealed_by else words.unmarked(text)


def accesses(case: str | None = None, /, *, as_: As = None, json: bool = False) -> int:
    """Tell who opened what: the registry of the rooms it reads, a party of its own.

    It is no part of the record, holds nothing of what was read, and is forgotten after the days
    that GOODOFFICES_ACCESS_DAYS sets.

    Args:
        case: Case number, external reference or unique prefix; all by default.
        as_: Viewer: registry, auditor, mediator or party:<id>; one's own by default.
        json: One JSON document.
    """
    from services.reading.accesses import accesses as told

    columns = ("case", "at", "who", "eyes", "command", "rooms")
    with look(as_) as eyes:
        return listed(eyes, told(eyes, case), columns, _access_row, json=json)


def _access_row(line: Any) -> tuple[object, ...]:  # noqa: ANN401 - Accessed, not imported for speed
    rooms = ", ".join(f"{room}:{seq}" for room, seq in sorted(line.rooms.items()))
    at = line.at.isoformat(timespec="seconds").replace("+00:00", "Z")
    return name_of(line), at, line.person, line.viewer, line.command, rooms


COMMANDS: tuple[Callable[..., int], ...] = (accesses, neutrality, releases, parties, feedback)
