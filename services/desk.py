"""Take commands in, whoever brings them: read them, find the case, know the operator.

One write path: command line, JSON lines, imports and later pages and NATS all come through here.
"""

import unicodedata
from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from ledger.act import Ask, Command
from ledger.answer import Answer, failed
from ledger.casefile import CaseFile
from ledger.catalogue import DECIDERS, decode_command
from ledger.envelope import Channel
from ledger.errors import DecodeError, LedgerError, RuleViolation, StoreFault
from ledger.identity import Operator, sight_of
from ledger.institution.events import InstitutionFounded, OperatorAdded, ProfileAdopted
from ledger.profile import builtin, recorded
from ledger.rulebook import INSTITUTION_EYES
from ledger.store.ledger import Ledger
from services.heads import head_is_of_this_record

COMMAND_BYTES_MAX = 1024 * 1024
ID_LENGTH_MAX = 128
ALLOWED_CONTROLS = frozenset("\n\t")
DEFAULT_PROFILE = "house-default"
IMPORT_PROFILE = "as-recorded"

FOUNDED_BY = {
    "found-institution": InstitutionFounded,
    "add-operator": OperatorAdded,
    "adopt-profile": ProfileAdopted,
}
"""What each step of a founding records."""

_ASKS = msgspec.json.Decoder(Ask)
Read = TypeVar("Read")


class Desk:
    """Stand between callers and the record.

    Attributes:
        ledger: The record.
        resolve: Finds the aggregate a caller names, as far as an operator may know it.
    """

    def __init__(self, ledger: Ledger, resolve: Callable[[str, Operator], UUID]) -> None:
        """Serve one ledger.

        Args:
            ledger: The record.
            resolve: Finds a case by number, reference or unique prefix; raises RuleViolation
                case_is_known alike for a case that is not there and one the operator may not see.
        """
        self.ledger = ledger
        self.resolve = resolve
        self._institution = CaseFile(ledger.institution_id)
        self._institution_lock = Lock()

    def institution(self) -> CaseFile:
        """Return the institution's own record, brought up to date."""
        with self._institution_lock:
            self.ledger.reader.extend(self._institution)
            return self._institution

    def operator(self, name: str, auth: str = "operating system user") -> Operator:
        """Recognise an operator by name.

        Raises:
            RuleViolation: operator_is_known.
        """
        state = self.institution().seen_by(INSTITUTION_EYES).institution
        roles = state.operators.get(name)
        if not roles:
            raise RuleViolation(
                "operator_is_known",
                f"the institution knows no operator {name}",
                f"`goodoffices operator add {name} --role ...` by a registry operator",
            )
        return Operator(name=name, roles=roles, auth=auth, unbound=state.demo)

    def handle(self, data: bytes, operator: Operator, channel: Channel) -> Answer:
        """Answer one command given as JSON; never raises for what the command says."""
        return self.submit(data, operator, channel).result()

    def submit(self, data: bytes, operator: Operator, channel: Channel) -> "Future[Answer]":
        """Queue one command given as JSON; the future answers when it is durable."""
        command_id = ""
        try:
            ask = read_ask(data)
            command_id = ask.id
            return self.send(ask, read_command(ask, data), operator, channel)
        except LedgerError as error:
            done: Future[Answer] = Future()
            done.set_result(failed(command_id, error))
            return done

    def send(
        self, ask: Ask, command: Command, operator: Operator, channel: Channel
    ) -> "Future[Answer]":
        """Queue a command already read.

        Raises:
            DecodeError: The envelope is not as it must be.
            RuleViolation: case_is_known, head_is_of_this_record.
            CaseBusy: Too many commands wait.
        """
        return self.send_to(
            self._aggregate(ask, command, operator), ask, command, operator, channel
        )

    def send_to(
        self, case_id: UUID, ask: Ask, command: Command, operator: Operator, channel: Channel
    ) -> "Future[Answer]":
        """Queue a command for an aggregate already known, as an import does.

        Raises:
            RuleViolation: head_is_of_this_record.
            CaseBusy: Too many commands wait.
        """
        if ask.head is not None:
            head_is_of_this_record(self.ledger.reader, case_id, ask.head)
        return self.ledger.submit(ask, command, operator, channel, case_id)

    def _aggregate(self, ask: Ask, command: Command, operator: Operator) -> UUID:
        if DECIDERS[type(command)][0] == "institution":
            return self.ledger.institution_id
        if ask.case is not None:
            return self.resolve(ask.case, operator)
        if not command.opens:
            raise DecodeError("case", f"{ask.command} needs a case", "a case number or reference")
        return self.ledger.case_opened_by(ask.actor or operator.person, ask.id)

    def found(self, operator: Operator, ids: Callable[[], str], *, demo: bool) -> bool:
        """Found the institution: its first operator, and the profiles that come with us.

        Goes on with a founding that was broken off; one that is complete is left alone.

        Returns:
            Whether there was anything to do.

        Raises:
            StoreFault: It cannot be recorded.
        """
        steps = self._founding(operator, demo=demo)
        begun = self.institution().version
        if not _is_being_founded(self.institution(), steps):
            return False
        while (done := self.institution().version) < len(steps):
            name, data = steps[done]
            ask = Ask(command=name, id=ids(), acting_for="registry")
            command = decode_command(name, msgspec.json.encode(data))
            answer = self.send(ask, command, operator, "command line").result()
            # A crash here leaves a beginning; the next command that may make a ledger goes on.
            if not answer.done and self.institution().version == done:
                why = f"the institution could not be founded: {answer.why}"
                raise StoreFault(why, answer.needs or "")
        return begun < len(steps)

    @staticmethod
    def _founding(operator: Operator, *, demo: bool) -> list[tuple[str, dict[str, Any]]]:
        """List what founds an institution, one event each, always in this order."""
        # The default first: from the first adoption on, commands are held to what is adopted.
        order = (DEFAULT_PROFILE, IMPORT_PROFILE)
        texts = sorted(
            builtin().items(), key=lambda t: (t[0] not in order, t[0] != DEFAULT_PROFILE)
        )
        return [
            ("found-institution", {"demo": demo}),
            ("add-operator", {"name": operator.name, "roles": list(operator.roles)}),
            *(("adopt-profile", {"text": t, "default": n == DEFAULT_PROFILE}) for n, t in texts),
        ]


def _is_being_founded(institution: CaseFile, steps: list[tuple[str, dict[str, Any]]]) -> bool:
    """Tell whether a record holds a founding as far as it goes, and nothing else yet.

    An earlier release founded with fewer profiles: what it recorded next is no part of a founding.
    """
    expected = [FOUNDED_BY[name] for name, _ in steps]
    done = [type(frame.event) for frame in institution.frames]
    adopted = [
        f.event.profile_id for f in institution.frames if isinstance(f.event, ProfileAdopted)
    ]
    shipped = [recorded(data["text"]).id for _, data in steps if "text" in data]
    return done == expected[: len(done)] and adopted == shipped[: len(adopted)]


def may_see(operator: Operator, file: CaseFile) -> bool:
    """Tell whether an operator may know that a case exists."""
    return bool(file.frames) and (operator.unbound or bool(sight_of(operator, file)))


def read_ask(data: bytes) -> Ask:
    """Read the envelope of a command.

    Raises:
        DecodeError: Too large, not JSON, or a field unknown, missing or of a wrong type.
    """
    if len(data) > COMMAND_BYTES_MAX:
        bound = COMMAND_BYTES_MAX // 1024
        raise DecodeError("", f"the command has {len(data)} bytes", f"at most {bound} KiB")
    ask = read_json(data, _ASKS, "goodoffices schema")
    if not 0 < len(ask.id) <= ID_LENGTH_MAX:
        raise DecodeError("id", "must have 1 to 128 characters", "an id of your own, unique")
    return ask


def read_command(ask: Ask, data: bytes) -> Command:
    """Read the command of an envelope, and all the text that came with it.

    Raises:
        DecodeError: No such command, a control character, or a field unknown, missing or of a
            wrong type.
    """
    check_text(msgspec.json.decode(data), "")
    return decode_command(ask.command, bytes(ask.data))


def read_json(data: bytes, decoder: msgspec.json.Decoder[Read], needs: str) -> Read:
    """Read one JSON object that somebody sent.

    Raises:
        DecodeError: Not JSON, or a field unknown, missing or of a wrong type.
    """
    try:
        return decoder.decode(data)
    except msgspec.ValidationError as error:
        why, _, path = str(error).partition(" - at `$")
        raise DecodeError(path.rstrip("`").lstrip("."), why, needs) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DecodeError("", f"not JSON: {error}", "one JSON object a line") from None


def check_text(value: object, path: str) -> None:
    """Refuse control characters anywhere: they hide or forge what a reader sees."""
    match value:
        case str():
            _check_characters(value, path)
        case dict():
            for key, inner in value.items():
                _check_characters(str(key), path)
                check_text(inner, f"{path}.{key}" if path else str(key))
        case list():
            for n, inner in enumerate(value):
                check_text(inner, f"{path}[{n}]")
        case _:
            return


def _check_characters(text: str, path: str) -> None:
    if text.isprintable() or (
        text.isascii() and text.replace("\n", "").replace("\t", "").isprintable()
    ):
        return
    for char in text:
        if unicodedata.category(char) in ("Cc", "Cs") and char not in ALLOWED_CONTROLS:
            raise DecodeError(path, f"control character U+{ord(char):04X}", "text without it")
