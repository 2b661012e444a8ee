"""The pages: what people see. Every state is an address, every page works without scripts.

frame       what pages are made with: forms, cookies, the case's frame and its tabs
way_in      sign in and out
cases       the cases one may see
timeline    a case's own page: where it stands and how it came there
forms       what may be done now, and a form for each command

Each module lists its handlers with `routes(site)`; templates lie in ../pages.
"""

from litestar.handlers import HTTPRouteHandler

from services.http.screens import cases, forms, timeline, way_in
from services.http.site import Site

SCREENS = (way_in, cases, timeline, forms)


def routes(site: Site) -> list[HTTPRouteHandler]:
    """List the handlers of every page."""
    return [handler for screen in SCREENS for handler in screen.routes(site)]
