"""Who could remove what stands in the way: told of every rule, and true when it is tried."""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from inspect import signature
from types import FunctionType
from typing import NamedTuple

import pytest

from docs.behind import behind, is_rule
from ledger.act import RULES
from ledger.catalogue import COMMANDS, DECIDERS
from ledger.parties import Phase
from ledger.prospects import Prospect, Sight
from ledger.remedies import CLOCK, OCCASION, Remedy, backward, onward, table
from ledger.rulebook import shipped
from tests import examples as ex
from tests.spec import Order, Spec, do

TOLD = table()
NAMED = (*TOLD.others, *TOLD.final, *TOLD.data, *TOLD.lifted, OCCASION)


def asked(sources: Iterable[object]) -> Iterator[FunctionType]:
    """Find the rules some functions ask."""
    for source in sources:
        assert isinstance(source, FunctionType)
        yield from (one for one in behind(source) if isinstance(one, FunctionType) and is_rule(one))


@cache
def about_the_case() -> frozenset[str]:
    """Name the rules that `next` can tell of, and those given what the record says."""
    found: set[str] = set()
    for kind, (_, decide) in DECIDERS.items():
        found.update(one.__name__ for one in asked((*kind.guards, *kind.occasions)))
        for one in asked([decide]):
            if {"state", "standing"} & set(signature(one).parameters):
                found.add(one.__name__)
    return frozenset(found)


@pytest.mark.parametrize("name", sorted(about_the_case()))
def test_a_rule_about_the_case_says_what_would_lift_it(name: str) -> None:
    """In one place of ledger/remedies.toml: a command, somebody else, other data, or nothing."""
    assert Counter(NAMED)[name] == 1


def test_the_table_speaks_of_rules_and_commands_that_are_there() -> None:
    """A rule or command that was renamed is renamed there too."""
    assert set(NAMED) <= set(RULES)
    phases = [TOLD.phases, *TOLD.back.values()]
    lists = [*TOLD.lifted.values(), *TOLD.things.values(), *(c for p in phases for c in p.values())]
    assert {name for commands in lists for name in commands} <= {*COMMANDS, CLOCK}
    assert set(TOLD.phases) == set(Phase) - {Phase.NONE}


def test_what_a_command_is_about_is_brought_by_commands_named() -> None:
    """For every command that asks for a thing, and for no other."""
    rules = {tag: {one.__name__ for one in asked(kind.occasions)} for tag, kind in COMMANDS.items()}
    assert {tag for tag, names in rules.items() if OCCASION in names} == set(TOLD.things)


def told(spec: Spec, viewer: str, command: str) -> Prospect:
    """Ask `next` of one command."""
    sight = Sight(spec.file, spec.file.rights(viewer), shipped(), spec.clock.at)
    return next(one for one in sight.prospects(viewer, sight) if one.command == command)


class Way(NamedTuple):
    """A way out: what `next` names to a viewer, and orders that take it.

    Attributes:
        viewer: Who looks.
        command: What the viewer would do.
        history: What went before.
        rule: The rule in the way.
        remedy: What `next` names.
        orders: That very act.
    """

    viewer: str
    command: str
    history: Iterable[Order]
    rule: str
    remedy: Remedy
    orders: tuple[Order, ...]


SUSPENDED = [*ex.mediating(), do("suspend-mandate", reason="safety")]
WAYS = (
    Way(
        "party:A",
        "table-proposal",
        ex.preparing()[: len(ex.engaged()) - 1],
        "phase_allows_command",
        Remedy("sign-agreement-to-mediate", ("mediator",), now=True),
        (ex.engaged()[-1],),
    ),
    Way(
        "party:A",
        "table-proposal",
        SUSPENDED,
        "mandate_is_active",
        Remedy("restore-mandate", ("registry", "challenge"), now=True),
        (do("restore-mandate"),),
    ),
    Way(
        "party:B",
        "accept-proposal",
        ex.mediating(),
        OCCASION,
        Remedy("table-proposal", ("party:A", "party:B"), now=True),
        (ex.tabled(),),
    ),
    Way(
        "party:A",
        "sign-settlement",
        [one for one in ex.signing() if one.name != "acknowledge-advice"],
        "advice_is_acknowledged",
        Remedy("acknowledge-advice", ("party:A", "party:B"), now=True),
        (do("acknowledge-advice", by="A", advice="taken"),),
    ),
    Way(
        "party:A",
        "confirm-performance",
        ex.settled(),
        "performance_is_reported",
        Remedy("report-performance", ("party:B",), now=True),
        (do("report-performance", by="B", obligation_id="OB1", what="Paid."),),
    ),
    Way(
        "mediator",
        "convey-information",
        [*ex.mediating(), *ex.caucused()],
        OCCASION,
        Remedy("authorise-disclosure", ("party:A",), now=True),
        (
            do(
                "authorise-disclosure",
                by="A",
                item_id="C1",
                wording="Some room.",
                recipients=["B"],
            ),
        ),
    ),
    Way(
        "mediator",
        "define-obligation",
        ex.signing(),
        "text_is_not_frozen",
        Remedy("unfreeze-text", ("party:A", "party:B", "mediator"), now=True),
        (do("unfreeze-text", by="A"),),
    ),
    Way(
        "party:B",
        "table-proposal",
        ex.closed(),
        "phase_allows_command",
        Remedy("agree-to-reopen", ("party:A", "party:B"), now=True),
        (),
    ),
)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: f"{way.command}: {way.rule}")
def test_what_is_named_lifts_the_rule(way: Way) -> None:
    """By whom it says; then the rule stands no longer in the way."""
    spec = Spec().given(way.history)
    before = told(spec, way.viewer, way.command)
    assert (before.rule, before.may) == (way.rule, False)
    assert way.remedy in before.remedies
    for order in way.orders:
        assert order.name == way.remedy.command
        spec.given(order)
        assert told(spec, way.viewer, way.command).rule != way.rule


def test_an_act_that_is_somebody_elses_names_who_may_do_it() -> None:
    """Who proposed does not accept; whom it was put to may."""
    spec = Spec().given(ex.mediating(("A", "B", "C")), ex.tabled())
    own = told(spec, "party:A", "accept-proposal")
    assert own.rule == "acceptor_is_not_proposer"
    assert own.remedies == (Remedy("accept-proposal", ("party:B", "party:C"), now=True),)


def test_time_that_passes_is_named_as_such() -> None:
    """Nobody can do anything about a date that has not come, and nothing pretends so."""
    spec = Spec().given(ex.settled())
    waits = told(spec, "party:A", "report-breach")
    assert waits.rule == "obligation_is_due"
    assert waits.remedies == (Remedy(None, (CLOCK,)),)


def test_what_is_final_has_no_remedy() -> None:
    """A settlement that was executed is not left; nobody is named."""
    left = told(Spec().given(ex.settled()), "party:A", "withdraw-consent")
    assert (left.rule, left.remedies) == ("settlement_is_not_executed", ())


def test_what_cannot_be_done_yet_is_whose_act_it_is() -> None:
    """Nothing is said to be possible that the same rules refuse."""
    one = told(Spec().given(ex.mediating()), "party:A", "acknowledge-advice")
    assert one.remedies == (Remedy("prepare-draft", ("party", "mediator")),)


def test_nobody_learns_from_a_remedy_what_was_said_elsewhere() -> None:
    """B is told the same of the mediator, whether A has released something or not."""
    release = do(
        "authorise-disclosure", by="A", item_id="C1", wording="Some room.", recipients=["B"]
    )
    quiet = Spec().given(ex.mediating(), ex.caucused())
    open_ = Spec().given(ex.mediating(), ex.caucused(), release)
    seen = []
    for spec in (quiet, open_):
        sight = Sight(spec.file, spec.file.rights("party:B"), shipped(), quiet.clock.at)
        seen.append((sight.prospects("party:B", sight), sight.who_may("convey-information")))
    assert seen[0] == seen[1]
    assert seen[0][1] == (("mediator",), False)


@pytest.mark.parametrize(
    ("during", "phase", "first"),
    [
        ({Phase.MEDIATING}, Phase.REQUESTED, "register-request"),
        ({Phase.SIGNING}, Phase.CONSENTED, "appoint-mediator"),
        ({Phase.CLOSED}, Phase.MEDIATING, "declare-termination"),
        ({Phase.NOT_COMMENCED, Phase.CLOSED}, Phase.MEDIATING, "declare-termination"),
        ({Phase.NOT_COMMENCED}, Phase.INVITED, "decline-request"),
        ({Phase.INVITED}, Phase.MEDIATING, None),
        ({Phase.MEDIATING}, Phase.TERMINATED, None),
    ],
)
def test_a_case_is_led_on_step_by_step(during: set[Phase], phase: Phase, first: str | None) -> None:
    """What comes next is named first; a phase that lies behind is not led on to."""
    assert next(iter(onward(during, phase)), None) == first


def test_a_case_is_taken_back_by_few() -> None:
    """From signing by opening the text again; from an end by reopening."""
    assert backward({Phase.DRAFTING}, Phase.SIGNING) == ("unfreeze-text",)
    assert backward({Phase.MEDIATING}, Phase.CLOSED) == ("agree-to-reopen", "reopen-case")
    assert backward({Phase.INVITED}, Phase.SIGNING) == ()
