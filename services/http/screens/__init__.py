"""The pages: what people see. Every state is an address, every page works without scripts.

frame       what pages are made with: forms, cookies, the case's frame and its tabs
way_in      sign in and out
cases       the cases one may see
timeline    a case's own page: where it stands and how it came there
forms       what may be done now, and a form for each command
rooms       the rooms of a case, each with its entries and what may be said there
releasing   the release desk: what was told in confidence, released sentence by sentence
entering    many acts at once, after a day without network
filing      a request for mediation, one question a page
sheets, sections  sessions, preparation, settlement and evaluation, each with its forms
proposals   what was proposed, as a tree and beside each other
follow_up   what is owed under settlements
calendar    the dates of a case, as a page and as a file
neutrality  the neutrality file, and the sides beside each other
travelling  from any page of a case to the same page at another moment
audit       who recorded what, when and by which right
entry       all of one entry, and what proves it
verification  what was checked of a case, and what is not proven
documents   the documents of a case, and what is put in
trails      the trails of all cases as one
papers      letters, notices, certificates and minutes, to print

Each module lists its handlers with `routes(site)`; templates lie in ../pages.
"""

from litestar.handlers import HTTPRouteHandler

from services.http.screens import (
    audit,
    calendar,
    cases,
    documents,
    entering,
    entry,
    filing,
    follow_up,
    forms,
    neutrality,
    papers,
    proposals,
    releasing,
    rooms,
    sheets,
    timeline,
    trails,
    travelling,
    verification,
    way_in,
)
from services.http.site import Site

SCREENS = (
    way_in,
    cases,
    timeline,
    forms,
    rooms,
    releasing,
    sheets,
    entering,
    filing,
    proposals,
    follow_up,
    calendar,
    neutrality,
    travelling,
    audit,
    entry,
    verification,
    documents,
    papers,
    trails,
)


def routes(site: Site) -> list[HTTPRouteHandler]:
    """List the handlers of every page."""
    return [handler for screen in SCREENS for handler in screen.routes(site)]
