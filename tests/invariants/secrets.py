"""Who learns what: releases, rooms, blind replies, the registry (I-4, I-5, I-6, I-7, I-23)."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from ledger.counting import parse_instant
from ledger.engagement.events import ConfidentialityTermsAdopted
from ledger.envelope import Frame
from ledger.negotiation.blind_events import BlindOutcomeDeclared, ConfidentialReplyGiven
from ledger.negotiation.events import MediatorProposalIssued
from ledger.rooms import Rights, kind_of, party_of
from ledger.sessions.caucus_events import (
    DisclosureAuthorisationRevoked,
    DisclosureAuthorised,
    InformationConveyed,
    InformationPassedOn,
    ReleaseConveyed,
)
from tests.invariants.record import Truth

REF = re.compile(r"\A(?P<room>[a-z]+(?::[A-Za-z0-9+_-]+)?(?:@[0-9]+)?):(?P<seq>[1-9][0-9]*)\Z")
CLOSED_TO_THE_REGISTRY = ("caucus", "group", "mediators", "party")


def only_released_words_are_conveyed(truth: Truth) -> None:
    """I-4: the owner's live release, in these very words, to these recipients, in time."""
    for frame, _ in truth.all(InformationConveyed):
        known = [f for f in truth.with_it(frame) if isinstance(f.event, ReleaseConveyed)]
        if not known:
            assert _terms_are_open(truth, frame), f"{frame.ref} conveyed without a release"
            continue
        (told,) = known
        release = _release(truth, told)
        words = truth.said(release)
        assert truth.said(frame).wording == words.wording, f"{frame.ref}: other words"
        named = set(release.event.recipients)
        assert set(told.event.recipients) <= named, f"{frame.ref}: told too many"
        assert frame.room == "joint" or party_of(frame.room) in named, f"{frame.ref}: {named}"
        until = release.event.valid_until
        happened = frame.recorded if frame.occurred is None else parse_instant(frame.occurred)
        assert until is None or happened <= parse_instant(until), f"{frame.ref}: too late"


def _release(truth: Truth, told: Frame[Any]) -> Frame[Any]:
    """Find the release in the owner's caucus that was alive when its words were told."""
    name, room = told.event.authorisation_id, told.room
    own = [f for f, e in truth.before(told, DisclosureAuthorised) if e.authorisation_id == name]
    own = [f for f in own if f.room == room]
    revoked = truth.before(told, DisclosureAuthorisationRevoked)
    gone = [f for f, e in revoked if e.authorisation_id == name and f.room == room]
    assert own, f"{told.ref}: no release {name}"
    assert not gone, f"{told.ref}: {name} was revoked"
    assert own[0].acting_for == f"party:{party_of(room)}", f"{own[0].ref} is not its owner's"
    return own[0]


def _terms_are_open(truth: Truth, frame: Frame[Any]) -> bool:
    passed = [f for f in truth.with_it(frame) if isinstance(f.event, InformationPassedOn)]
    terms = [e.caucus_default for _, e in truth.before(frame, ConfidentialityTermsAdopted)]
    return bool(passed) and bool(terms) and terms[-1] != "closed"


def rooms_are_never_opened_wider(truth: Truth) -> None:
    """I-5: nobody comes to read an old confidence, and nobody loses what it could read."""
    for frame in truth.frames[truth.earlier :]:
        assert kind_of(frame.room) in frame.event.rooms, f"{frame.ref}: {frame.event}"
    old = {f.ref: f.room for f in truth.frames[: truth.earlier]}
    for viewer, had in truth.seen.items():
        has = truth.visible(viewer)
        opened = {old[ref] for ref in has - had if ref in old}
        for room in opened:
            assert kind_of(room) in ("joint", "desk", "chair"), f"{viewer} came to read {room}"
        lost = had - has
        assert viewer == "mediator" or not lost, f"{viewer} lost {sorted(lost)}"


def nothing_points_out_of_sight(truth: Truth) -> None:
    """I-6: what a viewer reads names no entry of a room it may not read.

    Who joined late may read of an earlier entry of the joint room: that there are such entries its
    own first number tells. That the whole is the same to B whatever others do in confidence is held
    in tests/unit/test_laws.py.
    """
    for viewer in truth.viewers():
        seen, eyes = truth.visible(viewer), truth.rights(viewer)
        for frame in truth.frames[truth.earlier :]:
            if frame.ref in seen:
                beyond = [r for r in _refs(frame) if r not in seen and not _is_past(r, eyes)]
                assert not beyond, f"{viewer} reads {frame.ref}, which names {beyond}"


def _is_past(ref: str, eyes: Rights) -> bool:
    """Tell whether an entry lies in a room one reads, before one came to it."""
    room, _, seq = ref.rpartition(":")
    return room in eyes and int(seq) < eyes[room].first


def _refs(frame: Frame[Any]) -> Iterator[str]:
    """Name every entry a frame speaks of."""
    yield from (ref for ref in (frame.authority, frame.cause, frame.corrects) if ref)
    for text in _texts(msgspec.to_builtins(frame.event)):
        found = REF.match(text)
        if found is not None:
            yield text


def _texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for inner in value.values():
                yield from _texts(inner)
        case list():
            for inner in value:
                yield from _texts(inner)
        case _:
            return


def blind_replies_tell_nothing_before_their_time(truth: Truth) -> None:
    """I-7: a reply stays in its caucus, the outcome comes by the clock at the fixed time."""
    for frame, reply in truth.all(ConfidentialReplyGiven):
        rooms = {f.room for f in truth.with_it(frame)}
        assert {kind_of(room) for room in rooms} == {"caucus"}, f"{frame.ref} also in {rooms}"
        assert party_of(frame.room) == reply.by, f"{frame.ref} by {reply.by}"
    for frame, outcome in truth.all(BlindOutcomeDeclared):
        issued = [e for _, e in truth.before(frame, MediatorProposalIssued)]
        (fixed,) = [e.valid_until for e in issued if e.proposal_id == outcome.proposal_id]
        assert fixed is not None
        assert frame.channel == "clock", f"{frame.ref} by {frame.actor}"
        assert frame.recorded > parse_instant(fixed), f"{frame.ref} before {fixed}"
        assert frame.occurred == fixed, f"{frame.ref} at {frame.occurred}"


def the_registry_reads_no_confidence(truth: Truth) -> None:
    """I-23: neither caucus nor mediators' room nor side deal is the registry's to read."""
    kinds = {kind_of(room) for room in truth.rights("registry")}
    assert not kinds & set(CLOSED_TO_THE_REGISTRY), f"the registry reads {kinds}"
    for ref in truth.visible("registry"):
        assert kind_of(ref) not in CLOSED_TO_THE_REGISTRY, f"the registry reads {ref}"
