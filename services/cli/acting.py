"""Act: open a case, record acts, ask what may be done, show the shape of commands."""

import sys
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import IO, Annotated, Any

import msgspec
from cyclopts import Parameter

from ledger.act import Ask
from ledger.answer import Answer
from ledger.errors import DecodeError
from ledger.identity import Operator
from services.answers import DONE, answer_in_words, exit_of
from services.cli import context, output
from services.cli.answering import printed, worse
from services.clock import new_id
from services.desk import COMMAND_BYTES_MAX, read_ask
from services.given_files import open_given
from services.house import House
from services.typed_line import office, parse_line

IN_FLIGHT_MAX = 512

Tokens = Annotated[str, Parameter(allow_leading_hyphen=True, show=False)]


def act(
    *words: Tokens,
    file: Annotated[str | None, Parameter(allow_leading_hyphen=True)] = None,
    receipt: bool = False,
    json: bool = False,
) -> int:
    """Record one act, or JSON lines of acts.

    One act:      goodoffices act CASE COMMAND [--by WHO] [--FIELD VALUE ...]
    Many acts:    goodoffices act --file FILE|-
    An example:   goodoffices act COMMAND --example

    CASE is a case number, an external reference or any unique prefix of one; COMMAND is one of
    `goodoffices schema`. WHO is the id of a party, or mediator, registry, authority, challenge,
    protection or candidate.
    Beside the command's own fields: --actor person:NAME, --room ROOM, --seen SEQUENCE,
    --occurred INSTANT, --reported, --source SHA256, --id ID; --sign KEYFILE signs the act as the
    owner of the key (`goodoffices key`), over the head of its room or of the one --head names;
    --receipt prints, once the act is sealed, its receipt (`goodoffices receipt`).

    goodoffices act GO-2026-0007 table-proposal --by B --clause "berth fee=1.3 M EUR"
    goodoffices act GO-2026-0007 accept-proposal --by A --proposal-id P1

    Args:
        words: Case, command and flags, as above.
        file: JSON lines of commands, `-` for standard input; answers come as JSON lines.
        receipt: Of one act, print its receipt; of many, put one into each answer, once all are
            sealed.
        json: Answer as JSON.
    """
    if file is not None:
        return _act_file(file, receipts=receipt)
    if "--example" in words:
        return example([word for word in words if not word.startswith("--")][-1:])
    plain = [word for word in words[:2] if not word.startswith("--")]
    if len(plain) < 2:  # noqa: PLR2004 - case and command
        raise DecodeError("act", "needs a case and a command", "goodoffices act --help")
    case, command = plain
    line = parse_line(command, words[2:])
    ask = command_line(command, line.envelope, line.data, case=case, switches=line.switches)
    with context.house() as (house, operator):
        if "sign" in line.envelope:
            from services.cli.signed_line import signed_here

            keyfile, head = line.envelope["sign"], line.envelope.get("head")
            ask = signed_here(house, operator, ask, keyfile, head)
        answer = house.desk.handle(msgspec.json.encode(ask), operator, "command line")
        if answer.rule is not None:
            from services.reading.remedying import Remedying

            answer = Remedying(house, operator).of(ask, answer)
        if answer.done and (receipt or "receipt" in line.switches):
            from services.cli.sealing import answered_with_receipt

            return answered_with_receipt(house, operator, answer)
    return told(answer, as_json=json or "json" in line.switches)


def command_line(
    command: str,
    envelope: dict[str, str],
    data: dict[str, Any],
    *,
    case: str | None = None,
    switches: Collection[str] = (),
) -> Ask:
    """Make one command out of what a line says."""
    return Ask(
        command=command,
        id=envelope.get("id") or new_id(),
        case=case,
        actor=envelope.get("actor"),
        acting_for=office(envelope.get("by")),
        room=envelope.get("room"),
        seen=_number(envelope.get("seen")),
        occurred=envelope.get("occurred"),
        reported="reported" in switches,
        source=envelope.get("source"),
        data=msgspec.Raw(msgspec.json.encode(data)),
    )


def _number(text: str | None) -> int | None:
    if text is None:
        return None
    if not text.isdigit():
        raise DecodeError("--seen", f"{text!r} is not a sequence", "a number, as `show` prints it")
    return int(text)


def told(answer: Answer, *, as_json: bool) -> int:
    """Print an answer and return the exit status."""
    if as_json:
        output.as_json(answer)
    elif answer.done:
        written = ", ".join(f"{w.room}:{w.seq} {w.type}" for w in answer.events)
        output.say(f"{answer.case or 'institution'}: recorded {written or 'nothing you may read'}")
    if not answer.done:
        output.tell(f"goodoffices: {answer_in_words(answer)}")
        if remedies := getattr(answer, "remedies", ()):
            output.tell(f"could be removed by: {_who_could(remedies)}")
    return exit_of(answer)


def _act_file(file: str, *, receipts: bool) -> int:
    """Give every line of a file to the desk, many at once, and answer in their order."""
    with context.house() as (house, operator), _lines(file) as lines:
        answers = _answers(house, operator, lines)
        if receipts:
            from services.cli.sealing import with_receipts

            return with_receipts(house, operator, list(answers))
        status = DONE
        for answer in answers:
            status = worse(status, printed(answer))
    return status


def _answers(house: House, operator: Operator, lines: IO[bytes]) -> Iterator[Answer]:
    waiting: deque[tuple[bytes, Future[Answer]]] = deque()
    told = _told_by(house, operator)
    for line in _bounded(lines):
        if not line.strip():
            continue
        before = waiting[-1][1] if waiting else None
        waiting.append((line, _submitted(house, operator, line, before)))
        if len(waiting) >= IN_FLIGHT_MAX:
            yield told(*waiting.popleft())
    while waiting:
        yield told(*waiting.popleft())


def _told_by(house: House, operator: Operator) -> Callable[[bytes, "Future[Answer]"], Answer]:
    """Return what waits for an answer; one that is refused gets what would help."""
    from services.reading.remedying import Remedying

    remedying = Remedying(house, operator)

    def told(line: bytes, asked: "Future[Answer]") -> Answer:
        answer = asked.result()
        return answer if answer.rule is None else remedying.of(read_ask(line), answer)

    return told


def _bounded(lines: IO[bytes]) -> Iterator[bytes]:
    """Read lines; of one that is too long no more than shows that it is."""
    while line := lines.readline(COMMAND_BYTES_MAX + 2):
        yield line
        while len(line) > COMMAND_BYTES_MAX and line and not line.endswith(b"\n"):
            line = lines.readline(COMMAND_BYTES_MAX)


def _submitted(
    house: House, operator: Operator, line: bytes, before: "Future[Answer] | None"
) -> "Future[Answer]":
    """Queue a line; one that names a case which an earlier line opens waits for that line."""
    asked = house.desk.submit(line, operator, "command line")
    if before and asked.done() and asked.result().rule == "case_is_known":
        before.result()
        asked = house.desk.submit(line, operator, "command line")
    return asked


def _lines(file: str) -> IO[bytes]:
    if file == "-":
        return sys.stdin.buffer
    try:
        return open_given(Path(file))
    except OSError as error:
        raise DecodeError("--file", f"{file}: {error.strerror}", "a readable file, or -") from None


def new(
    *,
    title: str | None = None,
    party: list[str] | None = None,
    dispute: str | None = None,
    ref: str | None = None,
    json: bool = False,
) -> int:
    """Open a case: a request for mediation, filed by its first party.

    Examples:
        goodoffices new --title "Berth fees" --party A="Aldora Fisheries" --party B="Port of Brevik"

    Args:
        title: What the case is called.
        party: `ID=NAME`, the requesting party first; at least two.
        dispute: What it is about, in a sentence or more.
        ref: The case's name elsewhere.
        json: Answer as JSON.
    """
    asking = sys.stdin.isatty()
    names = _parties(party or (_asked_parties() if asking else []))
    heading = title or _asked("Title of the case", asking=asking)
    about = dispute or (_asked("The dispute, in a sentence", asking=asking) if asking else heading)
    requester = next(iter(names))
    data: dict[str, Any] = {
        "requester": requester,
        "others": [party for party in names if party != requester],
        "title": heading,
        "names": names,
        "dispute": about,
    }
    if ref is not None:
        data["external_ref"] = ref
    ask = command_line("request-mediation", {"by": requester}, data)
    with context.house(create=True) as (house, operator):
        answer = house.desk.handle(msgspec.json.encode(ask), operator, "command line")
    status = told(answer, as_json=json)
    if answer.done and not json:
        output.say(f"next: goodoffices next {answer.case}")
    return status


def _parties(given: list[str]) -> dict[str, str]:
    names: dict[str, str] = {}
    for text in given:
        party, equals, name = text.partition("=")
        if not equals or not party or not name:
            raise DecodeError("--party", f"{text!r} is not ID=NAME", '--party A="Aldora Fisheries"')
        names[party] = name
    if len(names) < 2:  # noqa: PLR2004 - a mediation has two sides
        raise DecodeError(
            "--party", "a case has at least two parties", "--party A=... --party B=..."
        )
    return names


def _asked_parties() -> list[str]:
    output.tell("The parties, the requesting one first; an empty line ends the list.")
    found: list[str] = []
    for party in "ABCDEFGHIJKLMNOP":
        name = _asked(f"Name of party {party}", asking=True, may_be_empty=len(found) > 1)
        if not name:
            break
        found.append(f"{party}={name}")
    return found


def _asked(what: str, *, asking: bool, may_be_empty: bool = False) -> str:
    if not asking:
        flag = what.split(maxsplit=1)[0].lower()
        raise DecodeError(f"--{flag}", "is missing", "goodoffices new --help")
    while True:
        sys.stderr.write(f"{what}: ")
        sys.stderr.flush()
        text = sys.stdin.readline()
        if not text:
            raise DecodeError(what, "the input ended", "an answer")
        if text.strip() or may_be_empty:
            return text.strip()


def next_(
    case: str,
    /,
    *,
    as_: Annotated[str | None, Parameter(name="--as")] = None,
    all_: Annotated[bool, Parameter(name="--all")] = False,
    json: bool = False,
) -> int:
    """Say what may be done now in a case, by whom, until when; with --all why not the rest.

    Beside each reason stands who could remove it now, and by which command: as far as the viewer
    may know. `later` names whose act it would be, once nothing stands against that either.

    Args:
        case: Case number, external reference or unique prefix.
        as_: Viewer; one's own by default. For the registry, every role's acts are listed.
        all_: Also list what may not be done now, why, and who could change that.
        json: One JSON document.
    """
    from services.reading import next_acts

    with context.house() as (house, operator):
        found = next_acts(house, operator, case, as_)
    if json:
        output.as_json(found)
        return DONE
    output.say(f"{found.case}  phase {found.phase}")
    may = [p for p in found.acts if p.may]
    purposes = ((p, (p.purpose,)) for p in may)
    output.table("May be done now", ("by", "command", "what for"), _rows(purposes))
    if all_:
        reasons = ((p, (p.why, _who_could(p.remedies))) for p in found.acts if not p.may)
        columns = ("by", "command", "why not", "who could change it")
        output.table("Not now", columns, _rows(reasons))
    for deadline in found.deadlines:
        output.say(f"until {deadline.on}: {deadline.what}")
    return DONE


def _rows(told: Iterable[tuple[Any, tuple[object, ...]]]) -> Iterator[tuple[object, ...]]:
    """Yield a row for each command and what is told of it, with everybody it goes for."""
    who: dict[tuple[str, tuple[object, ...]], list[str]] = {}
    for prospect, words in told:
        who.setdefault((prospect.command, words), []).append(prospect.by)
    for (command, words), roles in who.items():
        yield ", ".join(roles), command, *words


def _who_could(remedies: Iterable[Any]) -> str:
    """Say who could remove what stands against a command, and by what."""
    return "; ".join(_remedy(one) for one in remedies) or "nobody"


def _remedy(remedy: Any) -> str:  # noqa: ANN401 - a remedy, whose module only `next` needs
    if remedy.command is None:
        return "time alone"
    return f"{', '.join(remedy.by)}: {remedy.command}" + ("" if remedy.now else " (later)")


def schema(name: str | None = None, /) -> int:
    """List the commands, or print the JSON Schema of a command or event.

    Args:
        name: A command such as `table-proposal`, or an event such as `proposal-tabled`.
    """
    from ledger.catalogue import COMMANDS, EVENTS, PARTS

    if name is None:
        for part in PARTS:
            rows = [(kind.__struct_config__.tag, _first_line(kind)) for kind in part.decide]
            if rows:
                output.table(part.name.replace("_", "-"), ("command", "what for"), rows)
        return DONE
    kind: type[Any] | None = COMMANDS.get(name) or EVENTS.get(name)
    if kind is None:
        raise DecodeError("schema", f"there is no command or event {name!r}", "goodoffices schema")
    output.as_json(msgspec.json.schema(kind))
    return DONE


def _first_line(kind: type[object]) -> str:
    return (kind.__doc__ or "").split("\n")[0]


def example(names: list[str]) -> int:
    """Print a valid line for a command."""
    from ledger.catalogue import COMMANDS

    kind = COMMANDS.get(names[0]) if names else None
    if kind is None:
        raise DecodeError("command", "is unknown", "goodoffices schema")
    tag = str(kind.__struct_config__.tag)
    case = {} if kind.opens else {"case": "GO-2026-0001"}
    office = "party:A" if "party" in kind.by else kind.by[0]
    line = {"command": tag, "id": new_id(), **case, "acting_for": office, "data": kind.example}
    output.as_json(line)
    return DONE


next_.__name__ = "next"
COMMANDS: tuple[Callable[..., int], ...] = (act, new, next_, schema)
