"""Templates made into answers, under a content policy that allows nothing from elsewhere.

Law: whatever is shown is escaped unless it was drawn by `shared.charts`; every page has a nonce of
its own, and no style or script runs without it.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader
from markupsafe import Markup

from services.gateway.pages import wording
from services.gateway.pages.files import versioned
from services.gateway.pages.navigation import below, navigation
from services.gateway.pages.visiting import Visitor
from services.gateway.sign_in.sessions import CSRF_COOKIE, CookieSessions, set_cookie
from shared.charts.drawing import Sheet, svg
from shared.disclosure.showing import LEGEND

BRAND_COLOUR = "#5f2167"


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The templates; made on first use, since what reads them is heavy."""
    loaders = {"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}
    loader = ChoiceLoader([PackageLoader("services.gateway.pages"), PrefixLoader(loaders)])
    made = Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    filters: dict[str, Any] = {
        "day": wording.day,
        "moment": wording.moment,
        "period": wording.period,
        "money": wording.money,
        "measured": wording.measured,
        "words": wording.words,
        "colour": wording.colour,
        "media": wording.media,
        "bytes": wording.size,
        "drawn": drawn,
    }
    known: dict[str, Any] = {
        "asset": versioned,
        "quadrants": wording.QUADRANTS,
        "symbols": LEGEND,
    }
    made.filters.update(filters)
    made.globals.update(known)
    return made


def drawn(sheet: Sheet, classes: str) -> Markup:
    """A drawing as it goes into a page; `shared.charts` has escaped what it says."""
    return Markup(svg(sheet, f"gt-chart {classes}"))  # noqa: S704


def page(
    request: Request,
    template: str,
    status: int = 200,
    visitor: Visitor | None = None,
    **content: Any,
) -> HTMLResponse:
    """A page for a visitor, or for someone who is not signed in."""
    nonce = secrets.token_urlsafe(16)
    csrf = token_against_forgery(request)
    known = {
        "cspNonce": nonce,
        "themeColor": BRAND_COLOUR,
        "visitor": visitor,
        "role_names": wording.roles(visitor.actor.roles) if visitor else "",
        "navigation": navigation(visitor, request.url.path),
        "below": below(visitor, request.url.path),
        "sandbox": request.app.state.house.settings.sandbox,
        "path": request.url.path,
        "csrf": csrf,
    }
    body = environment().get_template(template).render(known | content)
    response = HTMLResponse(body, status, headers=dict(headers(nonce)))
    if csrf != request.cookies.get(CSRF_COOKIE, ""):
        set_cookie(request, response, CSRF_COOKIE, csrf)
    return response


def token_against_forgery(request: Request) -> str:
    """What every form of the page carries; empty where the house keeps no sessions."""
    sessions: CookieSessions | None = getattr(request.app.state, "sessions", None)
    return sessions.token(request) if sessions else ""


def headers(nonce: str) -> Mapping[str, str]:
    policy = (
        "default-src 'self'",
        f"script-src 'self' 'nonce-{nonce}'",
        "style-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
    return {
        "Content-Security-Policy": "; ".join(policy),
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    }
