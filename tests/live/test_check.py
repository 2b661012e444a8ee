"""The checker finds nothing wrong where nothing is, and each fault that is planted."""

import asyncio
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace
from nats.aio.client import Client

from ledger.answer import Answer
from services.nats.jetstream import JetStream
from services.nats.subjects import LEDGER, feed_stream
from services.relay import Relay
from services.seals import tick_now
from services.store_source import StoreSource
from tests.check import Checker, Report
from tests.checking.told import Told, read_told
from tests.live.broker import on_connection, root_of
from tests.live.feeds import Newsroom, newsroom
from tests.live.ledgers import clerk, line, said, taken_over
from tests.spec import Order

pytestmark = [pytest.mark.live, pytest.mark.slow]

STATEMENTS = 6


class Checked:
    """A ledger with a broker and one client.

    Attributes:
        room: The ledger, its broker, its courier.
        told: What the client was told.
    """

    def __init__(self, room: Newsroom) -> None:
        self.room = room
        self.told: list[Told] = []
        room.grant("city")
        case = self.give(taken_over("one", id="open")).case
        for n in range(STATEMENTS):
            self.give(said(f"words {n}", id=f"said-{n}"), case)
        self.give(said("words", id="nowhere"), "GO-1999-0001")

    def give(self, order: Order, case: str | None = None) -> Answer:
        """Give a command as a client does that writes down what it is told."""
        sent = line(order, case)
        answer = self.ask([sent.decode()])[0]
        told = Told(command=order.name, id=answer.id or order.id or "", line=sent.decode())
        self.told.append(replace(told, answer=answer))
        return answer

    def ask(self, lines: list[str] | tuple[str, ...]) -> list[Answer]:
        """Ask the desk."""
        house = self.room.house
        return [house.desk.handle(text.encode(), clerk(house), "nats") for text in lines]

    def settle(self, *, sealed: bool = True) -> None:
        """Bring everything to the head of the record, the seals only where asked to."""
        house = self.room.house
        house.views.bring_to_head()
        source = StoreSource(house.ledger.reader.recorder)
        asyncio.run(Relay(source, self.room.server.credentials("relay")).catch_up())
        self.room.bring()
        if sealed:
            tick_now(house)

    def report(self) -> Report:
        """Check all of it, and ask again."""
        checker = Checker(self.room.house, self.room.server.credentials)
        return checker.check(self.told, lambda lines: list(self.ask(tuple(lines))))

    def parts(self) -> set[str]:
        """Name the parts in which something is wrong."""
        return {fault.part for fault in self.report().faults}


@pytest.fixture
def checked(tmp_path: Path) -> Iterator[Checked]:
    """Have a ledger in which all is well."""
    with newsroom(tmp_path) as room:
        made = Checked(room)
        made.settle()
        yield made


def do_to_stream(checked: Checked, account: str, *requests: tuple[str, dict[str, object]]) -> None:
    """Ask the broker for what no service of ours would."""

    async def work(client: Client) -> None:
        for what, request in requests:
            await JetStream(client).ask(what, request, dict[str, object])

    asyncio.run(on_connection(root_of(checked.room.server, account), work))


def taken_out_and_put_back(checked: Checked, stream: str, account: str) -> None:
    """Delete the last message of a stream but one, and publish it again behind the last."""

    async def work(client: Client) -> None:
        js = JetStream(client)
        info = await js.info(stream)
        assert info is not None
        found = await js.message(stream, {"seq": info.state.last_seq - 1})
        assert found is not None
        await js.delete(stream, found.seq)
        headers = {k: v for k, v in found.headers.items() if not k.startswith("Nats-")}
        headers["Nats-Msg-Id"] = "planted" if stream == LEDGER else found.headers["Nats-Msg-Id"]
        await client.request(found.subject, found.payload, headers=headers, timeout=5)

    asyncio.run(on_connection(root_of(checked.room.server, account), work))


def published_again(checked: Checked, stream: str, account: str, body: bytes | None) -> None:
    """Publish the last message once more, perhaps with another body."""

    async def work(client: Client) -> None:
        js = JetStream(client)
        info = await js.info(stream)
        assert info is not None
        found = await js.message(stream, {"seq": info.state.last_seq})
        assert found is not None
        if body is not None:
            await js.delete(stream, found.seq)
        headers = {k: v for k, v in found.headers.items() if not k.startswith("Nats-")}
        await client.request(found.subject, body or found.payload, headers=headers, timeout=5)

    asyncio.run(on_connection(root_of(checked.room.server, account), work))


def test_where_nothing_is_wrong_nothing_is_found(checked: Checked) -> None:
    """Every command is counted, every part looked at, every accepted one asked again."""
    report = checked.report()
    assert list(report.faults) == []
    assert (report.accepted, report.refused, report.unknown) == (STATEMENTS + 1, 1, 0)
    assert report.asked_again == STATEMENTS + 1
    assert report.feeds["city"] > STATEMENTS
    assert "all of it is as it must be" in "\n".join(report.lines())


@pytest.mark.parametrize("change", ["DELETE FROM {}", "UPDATE {} SET actor = 'person:X'"])
def test_a_row_of_a_view_that_is_gone_or_another_is_found(checked: Checked, change: str) -> None:
    """Of the audit trail, which has one for each event."""
    path = checked.room.house.ledger.folder / "views.sqlite"
    with closing(sqlite3.connect(path)) as database, database:
        names = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        (table,) = [name for (name,) in names if "audit_trail__events" in name]
        where = f' WHERE position = (SELECT MAX(position) FROM "{table}")'
        database.execute(change.format(f'"{table}"') + where)
    assert checked.parts() == {"views"}


def test_a_view_that_is_behind_is_found(checked: Checked) -> None:
    """The checker brings nothing on."""
    checked.give(said("late", id="late"), checked.told[0].answer.case)  # type: ignore[union-attr]
    assert checked.parts() == {"views", "LEDGER", "feeds", "seals"}


@pytest.mark.parametrize("what", ["missing", "doubled", "out of order", "altered"])
def test_a_message_that_should_be_otherwise_is_found_in_ledger(checked: Checked, what: str) -> None:
    """Each event once, in order, byte for byte."""
    match what:
        case "missing":
            do_to_stream(checked, "LEDGER", (f"STREAM.MSG.DELETE.{LEDGER}", {"seq": 3}))
        case "doubled":
            published_again(checked, LEDGER, "LEDGER", None)
        case "altered":
            published_again(checked, LEDGER, "LEDGER", b"other bytes")
        case _:
            taken_out_and_put_back(checked, LEDGER, "LEDGER")
    assert checked.parts() == {"LEDGER"}


@pytest.mark.parametrize("what", ["missing", "doubled", "altered"])
def test_a_message_that_should_be_otherwise_is_found_in_a_feed(checked: Checked, what: str) -> None:
    """Each event granted once, in order within its room, and none else."""
    stream = feed_stream("city")
    match what:
        case "missing":
            do_to_stream(checked, "FEEDS", (f"STREAM.MSG.DELETE.{stream}", {"seq": 2}))
        case "doubled":
            published_again(checked, stream, "FEEDS", None)
        case _:
            published_again(checked, stream, "FEEDS", b'{"type": "of-nobody"}')
    assert checked.parts() == {"feeds"}


def test_an_event_of_a_command_that_was_refused_is_found(checked: Checked) -> None:
    """Its client was told that nothing was recorded."""
    told = checked.told[2]
    refused = Answer(id=told.id, done=False, failure="refused", rule="a_rule")
    checked.told[2] = replace(told, answer=refused)
    assert checked.parts() == {"store"}


def test_a_command_that_was_accepted_and_is_not_there_is_found(checked: Checked) -> None:
    """Or is there otherwise than was answered; asked again it is answered otherwise, too."""
    told = checked.told[2]
    assert told.answer is not None
    checked.told[2] = replace(told, id="of-nobody")
    assert "store" in checked.parts()
    checked.told[2] = replace(told, answer=replace(told.answer, events=()))
    assert checked.parts() == {"store", "again"}


def test_a_command_of_unknown_outcome_is_asked_again_and_is_there_once(checked: Checked) -> None:
    """Whether it had been recorded or not."""
    case = checked.told[0].answer.case  # type: ignore[union-attr]
    checked.told[2] = replace(checked.told[2], answer=None)
    never = line(said("never came", id="never"), case).decode()
    checked.told.append(Told(command="record-statement", id="never", line=never))
    checker = Checker(checked.room.house, None)
    before = checked.room.house.ledger.reader.head()
    report = checker.check(checked.told, lambda lines: list(checked.ask(tuple(lines))))
    assert report.unknown == 2
    assert {fault.part for fault in report.faults} == {"views", "seals"}, report.faults
    assert checked.room.house.ledger.reader.head() == before + 1
    checked.settle()
    assert checked.parts() == set()


def test_an_entry_that_is_not_sealed_is_found(checked: Checked) -> None:
    """Everything else has it."""
    checked.give(said("late", id="late"), checked.told[0].answer.case)  # type: ignore[union-attr]
    checked.settle(sealed=False)
    assert checked.parts() == {"seals"}


def test_seals_over_another_record_are_found(checked: Checked) -> None:
    """The proofs are made from the seals, the leaves come from the store."""
    path = checked.room.house.ledger.folder / "seals.sqlite"
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE seals SET salt = zeroblob(32)")
    assert checked.parts() == {"seals"}


def test_what_clients_wrote_down_is_read_up_to_a_line_cut_off(tmp_path: Path) -> None:
    """A client that was killed leaves half a line, which nobody was told."""
    told = Told(command="record-statement", id="one", line="{}", answer=Answer(id="one", done=True))
    whole = msgspec.json.encode(told) + b"\n"
    (tmp_path / "client.jsonl").write_bytes(whole + whole[:20])
    assert list(read_told([tmp_path / "client.jsonl"])) == [told]
    assert json.loads(whole)["answer"]["done"]
