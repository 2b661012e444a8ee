"""Say who acted in a case that is told again, with which eyes, and whether that could have been."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ledger.casefile import CaseFile
from ledger.envelope import Frame
from ledger.errors import DecodeError, RuleViolation
from ledger.identity import Identity
from ledger.recalling import Recalled


def acting(frame: Frame[Any], file: CaseFile) -> Identity:
    """Say who acted; with the eyes of its office, of a file that holds no more than is read."""
    role, _, party = (frame.acting_for or "registry").partition(":")
    viewer = {
        "party": f"party:{party}",
        "mediator": "mediator",
        "challenge": "challenge",
        "candidate": f"candidate:{frame.actor}",
    }.get(role, "registry")
    return Identity(
        actor=frame.actor,
        role=role,  # type: ignore[arg-type] # an act was recorded with its role
        party=party or None,
        acting_for=frame.acting_for or role,
        eyes=file.rights(viewer),
    )


def office_is_held(identity: Identity, known: Recalled, file: CaseFile) -> None:
    """Refuse whoever holds no office here, as it would be refused at the desk.

    Raises:
        RuleViolation: operator_may_act_for.
    """
    if file.frames and not identity.eyes and not known.command.opens:
        office = identity.acting_for
        why = f"{identity.actor} cannot act as {office} here"
        raise RuleViolation("operator_may_act_for", why, f"somebody who is {office} in this case")


@contextmanager
def holding_together() -> Iterator[None]:
    """An act is judged on a history that could have been: what it rests on is there.

    A decision asserts what every record guarantees; a supposition does not guarantee it.

    Raises:
        RuleViolation: case_holds_together.
    """
    try:
        yield
    except AssertionError as broken:
        raise RuleViolation("case_holds_together", "what it rests on is not there") from broken
    except DecodeError as unreadable:
        why = f"{unreadable.field}: {unreadable.why}"
        raise RuleViolation("case_holds_together", why, unreadable.needs) from unreadable
