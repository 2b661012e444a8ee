"""Print what leaves the house: letters, notices, certificates, and the minutes of the procedure."""

from typing import Any, Final

from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from ledger.errors import DecodeError
from services.exports.choosing import check_names_may_stand
from services.exports.letters import KINDS, Kind, letter_of, letters
from services.exports.minutes import SCOPES, Scope, minutes_of
from services.http.door import Caller
from services.http.languages import label
from services.http.rendering import page
from services.http.screens.audit import CASE, TAB, kept_in
from services.http.screens.entry import kept_of
from services.http.screens.frame import KEPT, Answered, case_page, looked, shown
from services.http.site import Asked, Site, check_query
from services.reading import words
from services.reading.eyes import Eyes
from services.reading.looking import Look, no_entry
from services.reading.showing import headed

TITLES: Final[dict[Kind, str]] = {
    "acknowledgement": label("Acknowledgement of a request for mediation"),
    "invitation": label("Invitation to a mediation"),
    "closing": label("Notice that a mediation has ended"),
    "certificate": label("Certificate of the mediator"),
    "attestation": label("Attestation of the institution"),
}


def routes(site: Site) -> list[HTTPRouteHandler]:
    """List the handlers of what is printed."""
    return [_letters(site), _letter(site), _minutes(site)]


def _seen(site: Site, request: Asked, caller: Caller, case: str, what: str) -> tuple[Eyes, Look]:
    eyes = site.eyes(caller, request, what)
    check_names_may_stand(eyes, what)
    return eyes, eyes.look(site.case(caller, case))


def _around(request: Asked, eyes: Eyes, look: Look) -> dict[str, Any]:
    """Say what every paper needs: of which case it is, its zone, and how to go back."""
    told = headed(look, eyes)
    return {
        "case": told.number or told.case_id,
        "title": told.title,
        "external_ref": told.external_ref,
        "viewer": told.viewer,
        "zone": told.zone,
        "kept": kept_in(request),
        "past": "at" in request.query_params,
    }


def _letters(site: Site) -> HTTPRouteHandler:
    @get(f"{CASE}/letters", name="page of letters")
    async def listed(request: Asked, case: FromPath[str]) -> Answered:
        def work(caller: Caller) -> Answered:
            check_query(request, *KEPT)
            eyes, look, told = looked(site, request, caller, case, "letters")
            check_names_may_stand(eyes, "letters")
            rows = [
                (kept.frame, TITLES[KINDS[type(kept.frame.event)]], words.sentence(kept.frame))
                for kept in letters(look)
            ]
            return case_page("letters.html", TAB, request, caller, told, rows=rows)

        return await shown(site, request, work)

    return listed


def _letter(site: Site) -> HTTPRouteHandler:
    @get(f"{CASE}/letters/{{letter:str}}", name="page of a letter")
    async def printed(request: Asked, case: FromPath[str], letter: FromPath[str]) -> Answered:
        def work(caller: Caller) -> Answered:
            check_query(request, *KEPT)
            eyes, look = _seen(site, request, caller, case, "letter")
            kept = kept_of(look, letter)
            if type(kept.frame.event) not in KINDS:
                raise no_entry(letter)
            told = letter_of(eyes, look, kept)
            facts = {"letter": told, "titled": TITLES[told.kind]}
            return page("letter.html", caller, {**_around(request, eyes, look), **facts})

        return await shown(site, request, work)

    return printed


def _minutes(site: Site) -> HTTPRouteHandler:
    @get(f"{CASE}/record", name="page of the minutes")
    async def printed(request: Asked, case: FromPath[str]) -> Answered:
        def work(caller: Caller) -> Answered:
            check_query(request, *KEPT, "scope")
            scope = scope_of(request.query_params.get("scope"))
            eyes, look = _seen(site, request, caller, case, "record")
            minutes = minutes_of(eyes, look, scope)
            return page(
                "minutes.html", caller, {**_around(request, eyes, look), "minutes": minutes}
            )

        return await shown(site, request, work)

    return printed


def scope_of(text: str | None) -> Scope:
    """Read whose minutes are wanted; those for every party where nothing is said.

    Raises:
        DecodeError: It is neither.
    """
    for scope in SCOPES:
        if text == scope:
            return scope
    if text:
        raise DecodeError("scope", "is none of the minutes there are", " or ".join(SCOPES))
    return SCOPES[0]
