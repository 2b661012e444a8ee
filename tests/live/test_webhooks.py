"""Webhooks on a real HTTP server: signed, in order, at least once, and never to the wrong place."""

import json
import signal
import sys
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from services.courier.book import What
from tests.live.hooks import Handler, Office, Server, cut, office, receiving
from tests.live.ledgers import ROOT, feeding, give, opened, said, taken_over, tell
from tests.live.serving import Speaking, environment, events_of, run, serving, until
from tests.spec import do

pytestmark = [pytest.mark.live, pytest.mark.slow]


@pytest.fixture
def sender(tmp_path: Path) -> Iterator[Office]:
    """Open a ledger with two cases."""
    with office(tmp_path) as opened_office:
        yield opened_office


@pytest.fixture
def receiver() -> Iterator[Server]:
    """Run a receiver."""
    with receiving() as running:
        yield running


def failing(times: int, answer: Any) -> Any:  # noqa: ANN401 - what a receiver does
    """Do something so often, then take what comes."""
    left = [times]

    def act(handler: Handler) -> None:
        left[0] -= 1
        if left[0] >= 0:
            answer(handler)
        else:
            handler.say(204)

    return act


def test_every_attempt_is_signed_anew(sender: Office, receiver: Server) -> None:
    """Both signatures hold, over this attempt's own number and time; the id stays the same."""
    secret = sender.grant("city", receiver.url)
    receiver.answer = failing(2, lambda handler: handler.say(503))
    sender.add("signed")
    with sender.sending():
        until(lambda: len(receiver.got) == 3, "three attempts")
    assert [got.attempt for got in receiver.got] == [1, 2, 3]
    assert len({got.headers["webhook-id"] for got in receiver.got}) == 1
    assert len({got.headers["webhook-signature"] for got in receiver.got}) == 3
    for got in receiver.got:
        assert got.is_signed(secret)
        assert got.is_signed(secret, "g1")
        changed = replace(got, headers={**got.headers, "webhook-attempt": "9"})
        assert not changed.is_signed(secret, "g1")
        assert not replace(got, body=got.body + b" ").is_signed(secret)


def test_an_event_comes_as_cloudevent_in_binary_mode(sender: Office, receiver: Server) -> None:
    """The headers of the stream, but for the content type, which HTTP has itself."""
    sender.grant("city", receiver.url)
    sender.add("told")
    with sender.sending():
        until(lambda: bool(receiver.got), "the event")
    headers = receiver.got[0].headers
    assert headers["content-type"] == "application/json"
    assert headers["ce-type"] == "org.goodoffices.statement-recorded.v1"
    assert headers["ce-id"] == headers["webhook-id"]
    assert "ce-datacontenttype" not in headers
    assert "nats-msg-id" not in headers


def test_events_come_in_order_and_once_where_all_goes_well(
    sender: Office, receiver: Server
) -> None:
    """One at a time; what is not granted does not come."""
    sender.grant("city", receiver.url, types=["statement-recorded"])
    texts = [f"number {n}" for n in range(20)]
    with sender.sending():
        sender.add(*texts)
        until(lambda: len(receiver.got) == len(texts), "all")
        head = sender.house.ledger.reader.head()
        until(lambda: sender.position("city") == head, "its note")
    assert receiver.texts == texts


def test_a_restart_goes_on_where_it_was(sender: Office, receiver: Server) -> None:
    """Neither lost nor sent again, and the number of the attempt goes on."""
    sender.grant("city", receiver.url)
    sender.add("first")
    with sender.sending():
        until(lambda: receiver.texts == ["first"], "the first")
        until(lambda: sender.notes.hook("city", sender.granted("city")).fault == "", "its note")
    receiver.answer = lambda handler: handler.say(503)
    sender.add("second")
    with sender.sending():
        until(lambda: len(receiver.got) > 2, "attempts")
    made = receiver.got[-1].attempt
    receiver.answer = lambda handler: handler.say(200)
    with sender.sending():
        until(lambda: receiver.got[-1].attempt > made, "the next attempt")
    assert set(receiver.texts) == {"first", "second"}
    assert receiver.texts.count("first") == 1


@pytest.mark.parametrize("fault", ["cut", "hang", "redirect", "busy", "not found"])
def test_a_faulty_receiver_gets_it_again(sender: Office, receiver: Server, fault: str) -> None:
    """Nothing is lost, and no redirect is followed."""
    let_go = Event()
    with receiving() as elsewhere:
        does = {
            "cut": cut,
            "hang": lambda _handler: let_go.wait(5) and None,
            "redirect": lambda handler: handler.say(307, Location=elsewhere.url),
            "busy": lambda handler: handler.say(429, Retry_After="1"),
            "not found": lambda handler: handler.say(404),
        }
        receiver.answer = failing(1, does[fault])
        sender.grant("city", receiver.url)
        sender.add("one", "two")
        with sender.sending():
            until(lambda: receiver.texts == ["one", "one", "two"], "all of it")
        let_go.set()
        assert elsewhere.got == []
    assert sender.parked("city") == []


def test_retry_after_is_waited_for(sender: Office, receiver: Server) -> None:
    """Within a bound."""
    receiver.answer = failing(1, lambda handler: handler.say(503, Retry_After="600"))
    sender.grant("city", receiver.url)
    sender.add("one")
    sender.policy = replace(sender.policy, asked_max_s=0.7)
    with sender.sending():
        until(lambda: len(receiver.got) == 1, "the first attempt")
        until(lambda: sender.state("city") == "tries again", "its wait")
        assert len(receiver.got) == 1
        until(lambda: len(receiver.got) == 2, "the second attempt")


def test_a_huge_answer_is_not_read(sender: Office, receiver: Server) -> None:
    """The status is enough; who never ends its answer holds up nobody."""

    def flood(handler: Handler) -> None:
        handler.say(200)
        while True:
            handler.wfile.write(b"x" * 65_536)

    receiver.answer = flood
    sender.grant("city", receiver.url)
    sender.add("one", "two", "three")
    with sender.sending():
        until(lambda: receiver.texts == ["one", "two", "three"], "all")


def test_410_stops_a_feed_until_it_is_resumed(sender: Office, receiver: Server) -> None:
    """Announced; what was not taken is taken later."""
    receiver.answer = lambda handler: handler.say(410)
    sender.grant("city", receiver.url)
    sender.add("one")
    with capture_logs() as logged, sender.sending():
        until(lambda: sender.state("city").startswith("stopped"), "the stop")
        sender.add("two")
        receiver.answer = lambda handler: handler.say(204)
        sender.notes.resume("city", sender.granted("city"))
        until(lambda: receiver.texts == ["one", "one", "two"], "the rest")
    assert "webhooks.feed_stopped" in {line["event"] for line in logged}


def test_a_feed_stops_by_itself_after_long_failure(sender: Office, receiver: Server) -> None:
    """Nothing was taken for too long; it is announced."""
    receiver.answer = cut
    sender.policy = replace(sender.policy, give_up_s=0.3)
    sender.grant("city", receiver.url)
    sender.add("one")
    with capture_logs() as logged, sender.sending():
        granted = sender.granted("city")
        until(lambda: "too long" in sender.notes.hook("city", granted).stopped, "the stop")
    assert [line["log_level"] for line in logged if line["event"] == "webhooks.feed_stopped"] == [
        "error"
    ]


def test_what_is_refused_too_often_is_parked_and_can_be_requeued(
    sender: Office, receiver: Server
) -> None:
    """Later events go on; the operator has it sent once more, under the same id."""

    def refuse(handler: Handler) -> None:
        handler.say(422 if handler.got.text == "bad" else 204)

    receiver.answer = refuse
    sender.grant("city", receiver.url)
    sender.add("bad", "good")
    with sender.sending():
        until(lambda: "good" in receiver.texts, "the later event")
        assert receiver.texts == ["bad", "bad", "bad", "good"]
        assert sender.parked("city") == [("undelivered", "refused 3 times: http 422")]
        (parked,) = sender.notes.parked("city")
        order = sender.notes.ask("city", "requeue", parked.event)
        until(lambda: sender.notes.answered(order) is not None, "an answer")
        assert sender.notes.answered(order) == "not taken: http 422; it stays parked"
        receiver.answer = lambda handler: handler.say(204)
        order = sender.notes.ask("city", "requeue", parked.event)
        until(lambda: sender.notes.answered(order) == "1 sent", "the event")
    assert sender.parked("city") == []
    assert [got.attempt for got in receiver.got if got.text == "bad"] == [1, 2, 3, 4, 5]


def test_a_rotation_has_both_secrets_sign_for_a_while(sender: Office, receiver: Server) -> None:
    """Whoever has the old one has time to take the new one; then it signs nothing."""
    old = sender.grant("city", receiver.url)
    granted, now = sender.granted("city"), sender.house.clock.now()
    new = sender.secrets.draw("city", granted, now)
    sender.add("during")
    with sender.sending():
        until(lambda: len(receiver.got) == 1, "the event")
    assert [receiver.got[0].is_signed(s) for s in (old, new)] == [True, True]
    shared = sender.secrets.find("city", granted)
    assert shared is not None
    assert shared.before_ends is not None
    assert shared.signing(shared.before_ends) == (new,)
    raw = [b64decode(secret.removeprefix("whsec_")) for secret in (old, new)]
    files = [path.read_bytes() for path in sender.house.ledger.folder.rglob("*") if path.is_file()]
    assert not any(secret in file for secret in raw for file in files), "wrapped, wherever it is"


def test_a_paused_feed_sends_nothing_until_it_is_resumed(sender: Office, receiver: Server) -> None:
    """Also over a restart; other feeds go on."""
    with receiving() as other:
        sender.grant("city", receiver.url)
        sender.grant("port", other.url)
        sender.notes.stop("city", sender.granted("city"), "paused by clerk")
        sender.add("one")
        for _ in range(2):
            with sender.sending():
                until(lambda: other.texts == ["one"], "the other feed")
        assert receiver.got == []
        with sender.sending():
            sender.notes.resume("city", sender.granted("city"))
            until(lambda: receiver.texts == ["one"], "the event")


def test_one_dead_receiver_does_not_hold_the_others(sender: Office, receiver: Server) -> None:
    """It hangs on every attempt; the other gets all at once."""
    let_go = Event()
    with receiving() as dead:
        dead.answer = lambda _handler: let_go.wait(5) and None
        sender.grant("dead", dead.url)
        sender.grant("city", receiver.url)
        texts = [f"number {n}" for n in range(10)]
        with sender.sending():
            sender.add(*texts)
            until(lambda: receiver.texts == texts, "the other feed")
        let_go.set()
        assert set(dead.texts) == {"number 0"}


def test_a_revocation_takes_effect_between_attempts(sender: Office, receiver: Server) -> None:
    """Nothing is sent after it, its secret is gone, and a later grant begins anew."""
    receiver.answer = lambda handler: handler.say(503)
    sender.grant("city", receiver.url)
    sender.add("never taken")
    granted = sender.granted("city")
    with sender.sending():
        until(lambda: len(receiver.got) > 2, "some attempts")
        assert give(sender.house, do("revoke-feed", feed="city", reason="Over.")).done
        until(lambda: "city" not in sender.notes.places(), "its end")
        sent = len(receiver.got)
        assert sender.secrets.find("city", granted) is None
        receiver.answer = lambda handler: handler.say(204)
        sender.grant("city", receiver.url)
        sender.add("again")
        until(lambda: len(receiver.got) > sent, "the new feed")
    assert receiver.texts[sent:] == ["again"]


def test_a_revocation_hangs_up_in_the_middle_of_an_attempt(
    sender: Office, receiver: Server
) -> None:
    """Who hangs is left alone."""
    let_go = Event()
    receiver.answer = lambda _handler: let_go.wait(10) and None
    sender.policy = replace(sender.policy, within_s=10)
    sender.grant("city", receiver.url)
    sender.add("one")
    with sender.sending():
        until(lambda: len(receiver.got) == 1, "the attempt")
        assert give(sender.house, do("revoke-feed", feed="city")).done
        until(lambda: "city" not in sender.notes.places(), "its end", longest_s=5)
    let_go.set()


def test_a_change_takes_away_what_waits(sender: Office, receiver: Server) -> None:
    """An event that is being tried is not tried again once its case is granted no more."""
    receiver.answer = lambda handler: handler.say(503)
    sender.grant("city", receiver.url)
    sender.add("of one")
    two = sender.house.resolve("two", sender.house.desk.operator("clerk")).hex
    with sender.sending():
        until(lambda: len(receiver.got) > 1, "some attempts")
        changed: dict[str, Any] = {"feed": "city", "kinds": ["joint"], "cases": [two]}
        assert give(sender.house, do("change-feed", **changed)).done
        head = sender.house.ledger.reader.head()
        until(lambda: sender.position("city") == head, "the head")
        receiver.answer = lambda handler: handler.say(204)
        sender.add("of two", case="two")
        until(lambda: "of two" in receiver.texts, "what is granted")
    assert receiver.texts[-1] == "of two"


def test_an_address_of_our_own_network_is_refused_when_it_is_reached(
    sender: Office, receiver: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name may come to stand for another address after the grant."""
    port = receiver.server_address[1]
    given: dict[str, Any] = {"feed": "city", "kinds": ["joint"], "cases": ["all"]}
    url = f"https://receiver.example:{port}/in"
    assert give(sender.house, do("grant-feed", **given, webhook=url)).done
    sender.secrets.draw("city", sender.granted("city"), sender.house.clock.now())
    answer = [(2, 1, 6, "", ("127.0.0.1", port))]
    # A name server of our own would take root; what is asked of it is all that is replaced.
    monkeypatch.setattr("socket.getaddrinfo", lambda *_args, **_more: answer)
    sender.add("secret")
    granted = sender.granted("city")
    with sender.sending():
        until(lambda: bool(sender.notes.hook("city", granted).fault), "an attempt")
    assert sender.notes.hook("city", granted).fault == "the address is not allowed"
    assert receiver.got == []


def test_a_certificate_nobody_vouches_for_is_refused(sender: Office, receiver: Server) -> None:
    """And who speaks no TLS at all."""
    sender.grant("city", receiver.url.replace("http://", "https://"))
    sender.add("secret")
    granted = sender.granted("city")
    with sender.sending():
        until(lambda: bool(sender.notes.hook("city", granted).fault), "an attempt")
    assert sender.notes.hook("city", granted).fault == "tls"
    assert receiver.got == []


def test_no_log_holds_a_word_of_a_body(sender: Office, receiver: Server) -> None:
    """Nor of an answer, nor the secret."""
    canary = "canary-4711"
    receiver.answer = lambda handler: handler.say(422 if len(receiver.got) < 3 else 503)
    secret = sender.grant("city", receiver.url)
    sender.add(canary)
    with capture_logs() as logged, sender.sending():
        until(lambda: len(receiver.got) > 4, "attempts")
    assert logged
    assert canary not in str(logged)
    assert secret not in str(logged)
    for file in sender.house.ledger.folder.glob("webhooks.sqlite*"):
        assert canary.encode() not in file.read_bytes()


@pytest.mark.slow
def test_kill_of_serve_repeats_but_loses_nothing_of_a_webhook(tmp_path: Path) -> None:
    """Killed between the receiver's word and its own note, it sends an event again, in order."""
    folder = tmp_path / "data"
    variables = environment(folder, NATS_URL="off")
    with receiving() as receiver, opened(folder, unbound=True) as house:
        tell(house, [taken_over("one")])
        done = run(
            folder,
            *("feed", "grant", "city", "--rooms", "joint", "--private-address"),
            *("--webhook", receiver.url, "--types", "statement-recorded"),
        )
        assert done.returncode == 0, done.stderr
        (secret,) = [w for w in done.stdout.split() if w.startswith("whsec_")]
        wanted: list[object] = []
        for turn in range(3):
            with serving(folder, variables=variables) as running:
                for n in range(20):
                    wanted.append(f"{turn} {n}")
                    assert give(house, said(f"{turn} {n}"), "one").done
                so_far = len(receiver.got)
                until(lambda so_far=so_far: len(receiver.got) > so_far, "some of it")  # type: ignore[misc]
                running.stop(signal.SIGKILL)
        with serving(folder, variables=variables):
            until(lambda: wanted[-1] in receiver.texts, "all of it")
        assert list(dict.fromkeys(receiver.texts)) == wanted
        assert all(got.is_signed(secret) for got in receiver.got)


@pytest.mark.slow
def test_the_example_receiver_takes_what_is_signed(tmp_path: Path) -> None:
    """Granted by the command line, which shows the secret."""
    folder = tmp_path / "data"
    with receiving() as free:
        port = str(free.server_address[1])
    with opened(folder, unbound=True) as house:
        tell(house, [taken_over("one")])
        url = f"http://127.0.0.1:{port}/"
        words = ("feed", "grant", "city", "--rooms", "joint", "--webhook", url)
        granted = run(folder, *words, "--private-address")
        assert granted.returncode == 0, granted.stderr
        secret = next(w for w in granted.stdout.split() if w.startswith("whsec_"))
        example = str(ROOT / "examples" / "webhook.py")
        receiver = Speaking((sys.executable, example, port, secret), environment(folder))
        try:
            with serving(folder, variables=environment(folder, NATS_URL="off")):
                assert give(house, said("Hello."), "one").done
                until(lambda: len(events_of(receiver)) == 1, "the event")
                assert events_of(receiver)[0]["data"]["text"] == "Hello."
        finally:
            receiver.stop(signal.SIGKILL)


@pytest.mark.slow
def test_the_command_line_stops_resumes_and_rotates(sender: Office, receiver: Server) -> None:
    """Whether or not `serve` runs; a feed at the broker has none of it."""
    folder = sender.house.ledger.folder
    old = sender.grant("city", receiver.url)
    granted = sender.granted("city")
    assert run(folder, "feed", "pause", "city").returncode == 0
    assert sender.notes.hook("city", granted).stopped == "paused by clerk"
    (listed,) = json.loads(run(folder, "feed", "list", "--json", NATS_URL="off").stdout)
    assert (listed["transport"], listed["state"]) == ("webhook", "paused by clerk")
    rotated = json.loads(run(folder, "feed", "rotate", "city", "--json").stdout)
    assert rotated["secret"] != old
    shared = sender.secrets.find("city", granted)
    assert shared is not None
    assert shared.signing(sender.house.clock.now()) == (rotated["secret"], old)
    assert run(folder, "feed", "resume", "city").returncode == 0
    assert sender.notes.hook("city", granted).stopped == ""
    feeding(sender.house, "port")
    assert "is read at the broker" in run(folder, "feed", "pause", "port").stderr


def test_the_operator_has_it_sent_again(sender: Office, receiver: Server) -> None:
    """From an instant, or from where the grant begins; there is no sequence to name."""
    sender.grant("city", receiver.url)
    sender.add("one", "two")
    with sender.sending():
        until(lambda: receiver.texts == ["one", "two"], "all")
        second = receiver.got[1].headers["ce-time"]
        asked: list[tuple[What, str]] = [("replay", "7"), ("replay", second), ("refill", "")]
        for what, about in asked:
            order = sender.notes.ask("city", what, about)
            until(lambda order=order: sender.notes.answered(order) is not None, "an answer")  # type: ignore[misc]
            head = sender.house.ledger.reader.head()
            until(lambda head=head: sender.position("city") == head, "the head")  # type: ignore[misc]
    assert receiver.texts == ["one", "two", "two", "one", "two"]
