"""A browser's session: the signed token in a cookie no script can read, and the proof against
forgery that goes with it.

Law: a write on the strength of a cookie alone is refused; it must repeat a token that another
site cannot know, bound to this session.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Annotated

from fastapi import Depends, Request, Response

from shared.eventsourcing.commands import NotPermitted

SESSION_COOKIE = "gt-session"
CSRF_COOKIE = "gt-csrf"
CSRF_HEADER = "X-CSRF-Token"
CSRF_FIELD = "csrf"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class ForgedRequest(NotPermitted):
    """The form has expired or came from elsewhere; load the page again."""

    code = "csrf-token-wrong"


class CookieSessions:
    """Reads sessions and makes and checks their tokens against forgery with one secret."""

    def __init__(self, secret: str = "") -> None:
        self._secret = (secret or secrets.token_hex(32)).encode()

    async def bearer(self, request: Request) -> str:
        """The session's token, empty where there is none. Raises ForgedRequest for a write
        without its token, given as the header or as the form's field.
        """
        token = request.cookies.get(SESSION_COOKIE, "")
        if token and request.method not in SAFE_METHODS:
            self.check(request, await _given(request))
        return token

    def check(self, request: Request, given: str) -> None:
        """Raises ForgedRequest unless `given` is the cookie's token, made here for this session."""
        kept = request.cookies.get(CSRF_COOKIE, "")
        same = hmac.compare_digest(kept.encode(), given.encode())
        if not (kept and same and self._ours(request, kept)):
            raise ForgedRequest

    def token(self, request: Request) -> str:
        """The browser's token against forgery: the one it has, or a new one."""
        kept = request.cookies.get(CSRF_COOKIE, "")
        if self._ours(request, kept):
            return kept
        return self.new_token(request.cookies.get(SESSION_COOKIE, ""))

    def new_token(self, session: str) -> str:
        nonce = secrets.token_urlsafe(18)
        return f"{nonce}.{self._mark(session, nonce)}"

    def _ours(self, request: Request, token: str) -> bool:
        nonce, _, mark = token.partition(".")
        expected = self._mark(request.cookies.get(SESSION_COOKIE, ""), nonce)
        return hmac.compare_digest(mark.encode(), expected.encode())

    def _mark(self, session: str, nonce: str) -> str:
        said = f"{session}\n{nonce}".encode()
        return hmac.new(self._secret, said, hashlib.sha256).hexdigest()


async def _given(request: Request) -> str:
    header = request.headers.get(CSRF_HEADER, "")
    if header or not request.headers.get("content-type", "").startswith(FORMS):
        return header
    await request.body()  # kept, so that whoever comes next can read it again
    field = (await request.form()).get(CSRF_FIELD, "")
    return field if isinstance(field, str) else ""


def sessions_of(request: Request) -> CookieSessions:
    return request.app.state.sessions


def set_cookie(request: Request, response: Response, name: str, value: str) -> None:
    """A cookie of this origin, for as long as the browser runs, never sent from elsewhere's forms.

    Where the gateway is reached over TLS the cookie is too.
    """
    secure = request.url.scheme == "https"
    response.set_cookie(name, value, httponly=True, samesite="lax", secure=secure, path="/")


async def _csrf(request: Request, response: Response) -> str:
    token = sessions_of(request).token(request)
    if token != request.cookies.get(CSRF_COOKIE):
        set_cookie(request, response, CSRF_COOKIE, token)
    return token


Csrf = Annotated[str, Depends(_csrf)]
"""`csrf: Csrf` in a page: what its forms must carry as the hidden field `csrf`.

The cookie is set on the response FastAPI injects; a page that returns a response of its own must
carry its headers over, or call `set_cookie`.
"""
