"""A refusal says who could remove what stands in the way, and tells nobody what it may not know."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from ledger.answer import Answer
from ledger.catalogue import COMMANDS, DECIDERS
from services.cli import main
from services.clock import FakeClock
from services.desk import read_ask
from services.house import House
from services.reading.remedying import Refused, Remedying
from tests import examples
from tests.live.ledgers import CLERK, clerk, give, line, opened, tell
from tests.spec import START, Order, do

MINUTE = timedelta(minutes=1)


def refused(house: House, order: Order, case: str | None) -> Answer:
    """Give an order that is refused; return the answer with what would help."""
    answer = give(house, order, case)
    assert answer.rule, answer
    return Remedying(house, clerk(house)).of(read_ask(line(order, case)), answer)


def test_a_refusal_names_the_act_that_would_lift_it(tmp_path: Path) -> None:
    """By whom, and whether now."""
    with opened(tmp_path, unbound=True, clock=FakeClock(START, MINUTE)) as house:
        case = tell(house, examples.mediating())
        told = refused(house, do("close-caucus", by="mediator", party="A"), case)
        assert isinstance(told, Refused)
        assert [one.command for one in told.remedies] == ["open-caucus"]
        assert told.remedies[0].now
        assert told.rule == "caucus_is_open"


def test_what_nothing_lifts_is_told_as_it_was(tmp_path: Path) -> None:
    """No remedies, and no word of any."""
    with opened(tmp_path, unbound=True, clock=FakeClock(START, MINUTE)) as house:
        case = tell(house, examples.mediating())
        told = refused(house, do("accept-proposal", by="B", proposal_id="P9"), case)
        assert "remedies" not in msgspec.to_builtins(told)
        assert refused(house, do("register-request"), "GO-1999-1").rule == "case_is_known"
        again = refused(house, do("found-institution", name="Office"), None)
        assert not isinstance(again, Refused)


def test_it_rests_on_what_the_actor_reads(tmp_path: Path) -> None:
    """Whatever A and the mediator do alone, B is told the same of each of its own commands."""
    told = []
    for name, alone in (("quiet", []), ("busy", examples.caucused("A"))):
        with opened(tmp_path / name, unbound=True, clock=FakeClock(START, MINUTE)) as house:
            case = tell(house, examples.mediating())
            for order in alone:
                assert give(house, order, case).done
            told.append(list(refusals(house, case, "B")))
    assert told[0] == told[1]
    assert any(remedies for _, _, remedies in told[0])


def refusals(house: House, case: str, party: str) -> Iterator[tuple[str, str, object]]:
    """Give every command of a party as its example has it; yield the rules and what would help."""
    remedying = Remedying(house, clerk(house))
    for tag, kind in COMMANDS.items():
        if "party" in kind.by and not kind.opens and DECIDERS[kind][0] != "institution":
            order = do(tag, by=party, at_id=f"try-{tag}", **kind.example)
            answer = give(house, order, case)
            if answer.rule is not None:
                found = remedying.of(read_ask(line(order, case)), answer)
                yield tag, answer.rule, getattr(found, "remedies", ())


def test_lines_of_acts_carry_it_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """Each refused line its own, from the case as it then stood."""
    with opened(tmp_path / "data", unbound=True, clock=FakeClock(START, MINUTE)) as house:
        case = tell(house, examples.mediating())
    monkeypatch.setenv("GOODOFFICES_OPERATOR", CLERK)
    close = {"command": "close-caucus", "case": case, "acting_for": "mediator"}
    lines = [{**close, "id": f"close-{n}", "data": {"party": "A"}} for n in range(2)]
    file = tmp_path / "acts.jsonl"
    file.write_text("\n".join(json.dumps(one) for one in lines), "utf-8")
    with pytest.raises(SystemExit) as ended:
        main(["act", "--data", str(tmp_path / "data"), "--file", str(file)])
    assert ended.value.code == 1
    answers = [json.loads(one) for one in capfdbinary.readouterr().out.splitlines()]
    assert [one["remedies"][0]["command"] for one in answers] == ["open-caucus"] * 2
    words = ["act", case, "close-caucus", "--by", "mediator", "--party", "A"]
    with pytest.raises(SystemExit):
        main([*words, "--data", str(tmp_path / "data")])
    assert b"could be removed by: mediator: open-caucus" in capfdbinary.readouterr().err
