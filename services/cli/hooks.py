"""Webhooks: stop and resume them, draw their secrets."""

from contextlib import closing
from datetime import timedelta

from services.answers import DONE
from services.cli import context, output

HOURS = 24
HOURS_MAX = 8_760


def pause(name: str, /) -> int:
    """Stop a webhook: no attempt begins from now on, and nothing of it is lost.

    Examples:
        goodoffices feed pause port

    Args:
        name: Of the feed.
    """
    from services.reading.feeds import hook_of
    from services.webhooks import Notes

    with context.house() as (house, operator):
        grant = hook_of(house, operator, name)
        with closing(Notes(house.where, house.ledger_id)) as notes:
            notes.stop(name, grant.granted, f"paused by {operator.name}")
    output.say(f"{name}: nothing is sent until `goodoffices feed resume {name}`")
    return DONE


def resume(name: str, /) -> int:
    """Let a webhook go on that was paused, or that stopped by itself.

    Examples:
        goodoffices feed resume port

    Args:
        name: Of the feed.
    """
    from services.reading.feeds import hook_of
    from services.webhooks import Notes

    with context.house() as (house, operator):
        grant = hook_of(house, operator, name)
        with closing(Notes(house.where, house.ledger_id)) as notes:
            notes.resume(name, grant.granted)
    output.say(f"{name}: goes on")
    return DONE


def rotate(name: str, /, *, overlap: int = HOURS, json: bool = False) -> int:
    """Draw a webhook's secret anew and show it, this once; the one before signs on for a while.

    Examples:
        goodoffices feed rotate port
        goodoffices feed rotate port --overlap 0

    Args:
        name: Of the feed.
        overlap: Hours for which the secret before signs too; 0 where it got into wrong hands.
        json: One JSON document.
    """
    tell_secret(name, overlap_hours=overlap, as_json=json)
    return DONE


def tell_secret(name: str, *, overlap_hours: int, as_json: bool = False) -> None:
    """Draw a secret, and show it.

    Raises:
        RuleViolation: feeds_are_the_registrys.
        DecodeError: There is no such webhook, or the hours cannot be.
        StoreFault: It cannot be kept.
    """
    from ledger.errors import DecodeError
    from services.reading.feeds import hook_of
    from services.webhooks.sharing import Secrets

    if not 0 <= overlap_hours <= HOURS_MAX:
        raise DecodeError("overlap", f"{overlap_hours} hours", f"0 to {HOURS_MAX}")
    with context.house() as (house, operator):
        granted = hook_of(house, operator, name).granted
        overlap = timedelta(hours=overlap_hours)
        secret = Secrets(house.ledger.keys).draw(name, granted, house.clock.now(), overlap)
    if as_json:
        output.as_json({"feed": name, "secret": secret})
    else:
        output.say(f"secret: {secret}")
        output.say("  shown this once; kept wrapped, with the keys. Hand it over by a safe way")


COMMANDS = (pause, resume, rotate)
