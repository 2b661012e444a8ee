"""Hold the catalogue to its promises: every event has a room, every command a valid example."""

import string

import msgspec
import pytest

from ledger.act import RULES, Command
from ledger.catalogue import COMMANDS, DECIDERS, EVENTS, PART_OF, decode_command
from ledger.envelope import Event, content_fields
from ledger.prospects import prospects
from ledger.rooms import KINDS
from ledger.rulebook import shipped
from tests import examples
from tests.spec import Spec


@pytest.mark.parametrize("kind", EVENTS.values(), ids=list(EVENTS))
def test_every_event_lives_in_rooms_that_exist(kind: type[Event]) -> None:
    """The room of each event is data, of a known kind, one at least."""
    assert kind.rooms
    assert set(kind.rooms) <= set(KINDS)


@pytest.mark.parametrize("kind", EVENTS.values(), ids=list(EVENTS))
def test_every_event_is_said_from_its_frame_alone(kind: type[Event]) -> None:
    """The line for people names frame fields only."""
    fields = {name for _, name, _, _ in string.Formatter().parse(kind.says) if name}
    frame = set(kind.__struct_fields__) - set(content_fields(kind)) | {"actor", "acting_for"}
    assert fields <= frame
    assert (kind.__doc__ or "").strip()
    assert kind.row


@pytest.mark.parametrize("kind", COMMANDS.values(), ids=list(COMMANDS))
def test_every_command_shows_an_example_that_is_read(kind: type[Command]) -> None:
    """What `--example` prints is accepted as data."""
    tag = str(kind.__struct_config__.tag)
    assert isinstance(decode_command(tag, msgspec.json.encode(kind.example)), kind)
    assert kind.by
    assert (kind.__doc__ or "").strip()


@pytest.mark.parametrize("stage", [examples.registered, examples.engaged, examples.mediating])
def test_every_guard_answers_without_data(stage: object) -> None:
    """`next` can ask every command of every role at every stage."""
    assert callable(stage)
    spec = Spec().given(stage())
    for viewer in ("registry", "mediator", "party:A", "challenge"):
        eyes = spec.file.rights(viewer)
        found = prospects(spec.file, viewer, eyes, shipped(), spec.clock.at)
        assert found
        assert all(prospect.may or prospect.rule in RULES for prospect in found)


def test_tags_are_never_shared() -> None:
    """One name, one event; one name, one command."""
    assert len(EVENTS) == len(PART_OF)
    assert len(COMMANDS) == len(DECIDERS)


def test_every_rule_says_its_sentence() -> None:
    """A rule's name and docstring are what people read."""
    assert all(rule.sentence.endswith(".") for rule in RULES.values())
