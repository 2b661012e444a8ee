"""State what an act is: who does what, for whom, when; and how a rule judges it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import Any, ClassVar, Concatenate, Generic, Literal, ParamSpec, TypeAlias, TypeVar

import msgspec
from msgspec import UNSET, Struct, UnsetType

from ledger.envelope import Channel, Event, Irregularity
from ledger.errors import RuleViolation
from ledger.instants import has_offset
from ledger.parties import Phase, Standing
from ledger.profile import Profile, ProfileRef
from ledger.signing import Head, KeyText, SaltText, SignatureText

C = TypeVar("C", bound="Command")
P = ParamSpec("P")

Role: TypeAlias = Literal[
    "party", "mediator", "registry", "authority", "challenge", "candidate", "protection", "clock"
]
Effect: TypeAlias = Literal["refuse", "irregular"]


class Command(
    Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    forbid_unknown_fields=True,
    gc=False,  # holds values, so is never part of a ring
    tag_field="command",
):
    """Be the ancestor of every command: imperative, its tag the word callers use.

    Attributes:
        by: Roles that may give it.
        during: Phases in which it may be given; empty for any.
        opens: Whether it opens a case.
        example: Data of a valid command, for `--example` and the documents.
        guards: Rules that need no data, checked first.
        occasions: Whether there is anything it could be about, asked by `next` alone, with the
            part's own state: a decision asks the same of the very thing its data names.
    """

    by: ClassVar[tuple[Role, ...]]
    during: ClassVar[frozenset[Phase]] = frozenset()
    opens: ClassVar[bool] = False
    example: ClassVar[dict[str, Any]] = {}
    guards: ClassVar[tuple[Callable[["Act[Any]", Standing], None], ...]] = ()
    occasions: ClassVar[tuple[Callable[["Act[Any]", Any, Standing], None], ...]] = ()


class Ask(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a caller asks of the desk: one line of JSON.

    Attributes:
        command: The command's name.
        id: The command's id, chosen by the caller, unique for its actor.
        case: Case number, external reference or unique prefix; None to open a case.
        actor: Who acts; None for the operator itself.
        acting_for: For whom: `party:B`, `mediator`, `registry`, `authority`, `challenge`,
            `candidate`.
        room: Room to act in, None for the usual one.
        seen: Last sequence of that room the caller saw, None to not check.
        occurred: When it happened, RFC 9557; None for now; "not recorded" where unknown.
        reported: Whether a fact is reported that happened without us.
        source: SHA-256 of the document it is taken from.
        head: Head of a room the actor had seen when it signed.
        key: The actor's public key, where it signs (docs/signing.md).
        salt: What it drew for this command.
        signature: Over the bytes that docs/signing.md names.
        data: The command's own fields.
    """

    command: str
    id: str
    case: str | None = None
    actor: str | None = None
    acting_for: str | None = None
    room: str | None = None
    seen: int | None = None
    occurred: str | None = None
    reported: bool = False
    source: str | None = None
    head: Head | None = None
    key: KeyText | None = None
    salt: SaltText | None = None
    signature: SignatureText | None = None
    data: msgspec.Raw = msgspec.Raw(b"{}")

    @property
    def is_signed(self) -> bool:
        """Tell whether it comes with anything of a signature."""
        plain = self.signature is None and self.key is None
        return not (plain and self.salt is None and self.head is None)


class Placed(Struct, frozen=True, gc=False):
    """An event decided, and the room it goes to.

    Attributes:
        room: Name of the room.
        event: The whole event, content included.
        occurred: When it happened, where it differs from the act's own time.
        cause: Event (room:seq) that caused it, readable by everyone in the room.
        corrects: Event (room:seq) it corrects.
    """

    room: str
    event: Event
    occurred: str | UnsetType | None = UNSET
    cause: str | None = None
    corrects: str | None = None


Decision: TypeAlias = list[Placed]
Occasion: TypeAlias = Callable[["Act[Any]", Any, Standing], None]
"""Asks, of a part's own state, whether there is anything a command could be about."""


@dataclass(slots=True)
class Act(Generic[C]):
    """A command with everything a decision may know about it.

    Attributes:
        data: The command.
        actor: Who acts, such as `person:holt`.
        role: In which role.
        party: For which party, None for the other roles.
        room: Room asked for, None for the usual one.
        now: Instant of recording, UTC.
        when: Instant it happened, UTC; `now` where nothing else is known.
        occurred: As given, RFC 9557, None where not recorded.
        entered_by: The operator at the keyboard.
        reported: Whether a fact is reported that happened without us.
        channel: How the command came in.
        profile: The rule profile pinned to the case.
        profile_ref: How a case pins that profile, None where no case does.
        unconfirmed: Keys of that profile the institution has not confirmed yet.
        rooms: Rooms the eyes behind the act may read, with the number of events in each.
        number: Number reserved for a case this act opens.
        mandate: Number of the current mandate, 0 before the first.
        authority: Event (room:seq) that gives the actor its authority.
        newcomers: Parties that read `joint` only from a later sequence on, with that sequence.
        operators: Persons the institution entrusts with its record; empty where it named nobody.
        open: Opens an event (room:seq) of a room the eyes may read.
        source: SHA-256 of the document it is taken from: proof that it was received.
        noted: Irregular rules the reported fact breaks, filled by the rules.
    """

    data: C
    actor: str
    role: Role
    party: str | None
    now: datetime
    when: datetime
    entered_by: str
    profile: Profile
    open: Callable[[str], Event]
    profile_ref: ProfileRef | None = None
    unconfirmed: tuple[str, ...] = ()
    room: str | None = None
    occurred: str | None = None
    reported: bool = False
    channel: Channel = "command line"
    rooms: dict[str, int] = field(default_factory=dict)
    number: str | None = None
    mandate: int = 0
    authority: str | None = None
    newcomers: dict[str, int] = field(default_factory=dict)
    operators: frozenset[str] = frozenset()
    source: str | None = None
    noted: list[Irregularity] = field(default_factory=list)

    def acting(self) -> str:
        """Name for whom the act is done: the party's id, else the role."""
        return self.party or self.role

    def moment_is_known(self) -> bool:
        """Tell whether a period may run from the act: its instant and offset are recorded."""
        return self.occurred is not None and has_offset(self.occurred)


class Broken(Exception):  # noqa: N818 - raised inside a rule, never leaves it
    """Say inside a rule that it does not hold.

    Attributes:
        why: One sentence, from what the actor may see.
        needs: What would be needed.
    """

    def __init__(self, why: str, needs: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.needs = needs


def rule(
    effect: Effect = "refuse",
) -> Callable[[Callable[Concatenate[Act[Any], P], None]], Callable[Concatenate[Act[Any], P], None]]:
    """Make a function a rule: its name is the rule's name, its docstring the sentence.

    A broken `refuse` rule raises RuleViolation. A broken `irregular` rule does so too, unless the
    act is a reported fact: then it is noted on the act and the decision goes on. The profile may
    change the effect of a rule by its name.
    """

    def make(
        check: Callable[Concatenate[Act[Any], P], None],
    ) -> Callable[Concatenate[Act[Any], P], None]:
        name = getattr(check, "__name__", "rule")

        @wraps(check)
        def judged(act: Act[Any], /, *args: P.args, **kwargs: P.kwargs) -> None:
            try:
                check(act, *args, **kwargs)
            except Broken as broken:
                _judge(act, name, act.profile.rules.get(name, effect), broken)

        RULES[name] = Rule(name=name, effect=effect, sentence=(check.__doc__ or "").split("\n")[0])
        return judged

    return make


class Rule(Struct, frozen=True):
    """A rule by name, with its effect and the sentence that must hold."""

    name: str
    effect: Effect
    sentence: str


RULES: dict[str, Rule] = {}
"""Every rule there is, by name; filled as the parts are imported."""


def _judge(act: Act[Any], name: str, effect: str, broken: Broken) -> None:
    if effect == "irregular" and act.reported:
        act.noted.append(Irregularity(rule=name, why=broken.why))
        return
    needs = broken.needs
    if effect == "irregular":
        also = "if it happened nevertheless, the registry can record it as reported (--reported)"
        needs = f"{needs}; {also}" if needs else also
    raise RuleViolation(name, broken.why, needs) from None
