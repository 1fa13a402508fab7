"""The development issuer's doors: tokens for programs, sessions for demo persons, public keys.

Law: outside a sandbox none of this exists.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from pydantic import BaseModel

from services.gateway.sign_in.clients import (
    ASSERTION_TYPE,
    Assertions,
    InvalidClient,
    InvalidScope,
)
from services.gateway.sign_in.persons import PERSONS
from services.gateway.sign_in.sessions import (
    CSRF_COOKIE,
    SESSION_COOKIE,
    sessions_of,
    set_cookie,
)
from shared.eventsourcing.commands import Invalid, Missing
from shared.http.identity import Actor, Issuer, public_keys
from shared.http.permissions import scopes_of
from shared.http.problems import Problem

TOKEN_LIFETIME = timedelta(minutes=15)
SESSION_LIFETIME = timedelta(hours=8)
BROWSER = "gateway-pages"


async def _only_in_a_sandbox(request: Request) -> None:
    if not request.app.state.house.settings.sandbox or request.app.state.issuer is None:
        raise Missing


router = APIRouter(tags=["sign-in"], dependencies=[Depends(_only_in_a_sandbox)])


class Token(BaseModel):
    """An access token (RFC 6749, section 5.1)."""

    access_token: str
    token_type: str = "Bearer"  # noqa: S105 - a kind of token, no secret
    expires_in: int
    scope: str


@router.post("/v1/token", response_model=Token)
async def issue_token(
    request: Request,
    grant_type: Annotated[str, Form()] = "",
    client_assertion_type: Annotated[str, Form()] = "",
    client_assertion: Annotated[str, Form(max_length=10_000)] = "",
    scope: Annotated[str, Form(max_length=2_000)] = "",
) -> Any:
    """OAuth 2 client credentials with a signed client assertion (private_key_jwt).

    400: unsupported_grant_type, invalid_scope. 401: invalid_client.
    """
    if grant_type != "client_credentials":
        return _refused(400, "unsupported_grant_type", "Only client_credentials is granted.")
    assertions: Assertions = request.app.state.assertions
    try:
        if client_assertion_type != ASSERTION_TYPE:
            raise InvalidClient
        actor = assertions.client(client_assertion).actor(scope)
    except InvalidClient:
        return _refused(401, "invalid_client", "The assertion proves no registered client.")
    except InvalidScope:
        return _refused(400, "invalid_scope", "The client does not have all of these scopes.")
    issuer: Issuer = request.app.state.issuer
    return Token(
        access_token=issuer.token(actor, TOKEN_LIFETIME),
        expires_in=int(TOKEN_LIFETIME.total_seconds()),
        scope=" ".join(sorted(actor.scopes)),
    )


def _refused(status: int, error: str, detail: str) -> Response:
    """A problem document that an OAuth client can read too: it looks for `error`."""
    code = error.replace("_", "-")
    document = Problem(
        type=f"/problems/{code}", title=error, status=status, code=code, detail=detail
    )
    content = document.model_dump() | {"error": error, "error_description": detail}
    return JSONResponse(content, status, media_type="application/problem+json")


@router.get("/.well-known/jwks.json")
async def read_keys(request: Request) -> dict[str, Any]:
    """The public keys that prove the tokens issued here."""
    issuer: Issuer = request.app.state.issuer
    return msgspec.json.decode(public_keys(issuer.key))


@router.post("/sign-in", status_code=303, response_class=RedirectResponse)
async def sign_in(
    request: Request,
    person: Annotated[str, Form(max_length=80)],
    csrf: Annotated[str, Form(max_length=200)] = "",
    next: Annotated[str, Form(max_length=2_000)] = "/",
) -> Response:
    """Become a demo person in this browser. 403: csrf-token-wrong. 422: invalid."""
    sessions = sessions_of(request)
    sessions.check(request, csrf)
    found = PERSONS.get(person)
    if found is None:
        raise Invalid("There is no such demo person.", pointer="/body/person")
    actor = Actor(
        client=BROWSER,
        agency=found.agency,
        person=found.person,
        roles=found.roles,
        scopes=scopes_of(found.roles),
    )
    issuer: Issuer = request.app.state.issuer
    token = issuer.token(actor, SESSION_LIFETIME)
    response = RedirectResponse(_here(next), 303)
    set_cookie(request, response, SESSION_COOKIE, token)
    set_cookie(request, response, CSRF_COOKIE, sessions.new_token(token))
    return response


@router.post("/sign-out", status_code=303, response_class=RedirectResponse)
async def sign_out(request: Request, csrf: Annotated[str, Form(max_length=200)] = "") -> Response:
    """End the browser's session. 403: csrf-token-wrong."""
    sessions_of(request).check(request, csrf)
    response = RedirectResponse("/sign-in", 303)
    response.delete_cookie(SESSION_COOKIE, path="/")
    response.delete_cookie(CSRF_COOKIE, path="/")
    return response


def _here(address: str) -> str:
    """A path on this origin, or the home page: a redirect never leads elsewhere."""
    local = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if local and address.isprintable() else "/"
