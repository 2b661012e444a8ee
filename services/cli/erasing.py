"""Print what was erased, with what proves that it is gone."""

from collections.abc import Callable
from itertools import chain
from typing import Any

from services.cli import output
from services.cli.looking import As, begun, done, look, name_of


def erasures(
    case: str | None = None, /, *, as_: As = None, at: str | None = None, json: bool = False
) -> int:
    """Certify what was destroyed, when, on which legal basis and by whom, without what it said.

    What is ordered and not destroyed yet is destroyed first. An erasure itself is asked for,
    granted and carried out by `goodoffices act`: request-erasure, assess-erasure, execute-erasure;
    over every case by `goodoffices act institution`: request-subject-erasure and so on. Without
    CASE the certificates of those come last.

    Args:
        case: Case number, external reference or unique prefix; all by default.
        as_: Viewer; one's own by default. Of a confidential room its own readers learn.
        at: Moment to look from.
        json: One JSON document.
    """
    from services.reading.erasure_orders import OrderCertificate, order_certificates
    from services.reading.erasures import certificates

    with look(as_, at) as eyes:
        orders = [] if case is not None else order_certificates(eyes)
        found = chain(begun(certificates(eyes, case)), orders)
        if json:
            output.as_json_list(found)
        else:
            for number, one in enumerate(found):
                if number:
                    output.say()
                if isinstance(one, OrderCertificate):
                    _print_order(one)
                else:
                    _print(one)
        return done(eyes)


def _print(one: Any) -> None:  # noqa: ANN401 - Certificate, not imported for speed
    from services.reading import words

    count = len(one.entries)
    output.say(f"CERTIFICATE OF DESTRUCTION  {name_of(one)}  for {one.viewer}")
    output.say(f"  made         {one.made:%Y-%m-%d %H:%M:%S}Z")
    if one.request:
        output.say(f"  request      {one.request} by {one.requested_by}, {_on(one.requested)}")
    granted = f"{words.person(one.approved_by)}, {_on(one.assessed)}" if one.approved_by else None
    output.say(f"  granted by   {granted or 'the rule profile'}")
    by = f"{words.person(one.actor)}, entered by {words.person(one.entered_by)}"
    output.say(f"  executed by  {by}, {_on(one.recorded)}")
    output.say(
        f"  legal basis  {words.plain(one.ground)}" + (f": {one.basis}" if one.basis else "")
    )
    if one.kept:
        output.say(f"  kept         {', '.join(one.kept)}")
    state = "all keys are gone" if one.complete else "NOT COMPLETE"
    output.say(f"  entries      {count}; {state}; copies in feeds: {one.feeds}")
    _print_entries(one.entries)
    output.say(f"  {one.remains}")


def _print_entries(entries: Any) -> None:  # noqa: ANN401 - a tuple of Gone
    for entry in entries:
        gone = f"destroyed {_on(entry.at)}" if entry.key_destroyed else "KEY STILL THERE"
        output.say(f"    {entry.entry}  {entry.type}, {_on(entry.recorded)}: {gone}")


def _print_order(one: Any) -> None:  # noqa: ANN401 - OrderCertificate, not imported for speed
    from services.reading import words

    by = {name: words.person(getattr(one, name)) for name in ("approved_by", "entered_by")}
    basis = f": {one.basis}" if one.basis else ""
    output.say(f"CERTIFICATE OF DESTRUCTION  every case, of {one.subject}  for {one.viewer}")
    output.say(f"  made         {_on(one.made)}")
    output.say(f"  request      {one.request} by {one.requested_by}, {_on(one.requested)}")
    output.say(f"  granted by   {by['approved_by']}, {_on(one.assessed)}")
    output.say(f"  ordered by   {by['entered_by']}, {_on(one.recorded)}")
    output.say(f"  legal basis  {words.plain(one.ground)}{basis}")
    if one.kept:
        output.say(f"  kept         {', '.join(one.kept)}")
    if one.waiting:
        output.say(f"  waiting      under a legal hold: {', '.join(one.waiting)}")
    state = "all keys are gone" if one.complete else "NOT COMPLETE"
    output.say(f"  cases        {len(one.cases)}, as far as {one.viewer} reads; {state}")
    for case in one.cases:
        output.say(f"  {case.number or case.case_id}")
        _print_entries(case.entries)
    output.say(f"  {one.remains}")


def _on(at: Any) -> str:  # noqa: ANN401 - an instant, or None
    return "not noted" if at is None else f"{at:%Y-%m-%d %H:%M:%S}Z"


COMMANDS: tuple[Callable[..., int], ...] = (erasures,)
