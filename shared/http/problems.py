"""Refusals as RFC 9457 problem documents; the one place that knows which status a refusal has.

A problem says what is wrong and where, never what was sent: input is not echoed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from shared.eventsourcing.commands import Invalid, Missing, NotPermitted, Refused
from shared.eventsourcing.handle import Busy, KeyReused, Outdated
from shared.http.reading import ViewBehind
from shared.postgres.pool import UNAVAILABLE

logger = structlog.get_logger(__name__)

STATUS: tuple[tuple[type[Refused], int], ...] = (
    (Missing, 404),
    (NotPermitted, 403),
    (Invalid, 422),
    (KeyReused, 422),
    (Outdated, 412),
    (Busy, 503),
    (ViewBehind, 503),
    (Refused, 409),
)


class Fault(BaseModel):
    """One thing wrong: a stable code, a JSON pointer or a cell, a sentence."""

    code: str
    pointer: str = ""
    detail: str


class Problem(BaseModel):
    """A problem document (RFC 9457) with a stable `code` and the single faults."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: list[Fault] = []


class Unauthenticated(Exception):
    """No valid token came with the request."""


class ProblemTold(Exception):
    """A problem another door has already put in words; it is passed on as it is."""

    def __init__(self, told: Problem) -> None:
        super().__init__(told.code)
        self.told = told


_INVALID = ("invalid", "Some values cannot be right; see errors.")

PageOf = Callable[[Request, Problem], Response]
"""Shows a problem to a person; the gateway has one in `app.state.problem_page`."""


def problem(
    status: int,
    code: str,
    detail: str,
    errors: list[Fault] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    document = _document(status, code, detail, errors or [])
    return JSONResponse(
        document.model_dump(), status, headers, media_type="application/problem+json"
    )


def _document(status: int, code: str, detail: str, errors: list[Fault]) -> Problem:
    return Problem(
        type=f"/problems/{code}",
        title=HTTPStatus(status).phrase,
        status=status,
        code=code,
        detail=detail,
        errors=errors,
    )


def wants_page(request: Request) -> bool:
    """Whether a person's browser asks: for HTML, and not for an address of the API."""
    html = "text/html" in request.headers.get("Accept", "")
    return html and not request.url.path.startswith("/v1/")


def _answer(
    request: Request,
    status: int,
    code: str,
    detail: str,
    errors: list[Fault] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """The problem as a document or, where a browser asks and the service has pages, as a page."""
    page: PageOf | None = getattr(request.app.state, "problem_page", None)
    answer = problem(status, code, detail, errors, headers)
    if page is None or not wants_page(request):
        return answer
    shown = page(request, Problem.model_validate_json(bytes(answer.body)))
    shown.headers.update(headers or {})
    return shown


def status_of(refused: Refused) -> int:
    return next(status for kind, status in STATUS if isinstance(refused, kind))


def faults_of(error: Refused) -> list[Fault]:
    """The single things wrong: those the refusal lists, or the one place it points at."""
    faults = [Fault(code=error.code, pointer=error.pointer, detail=error.detail)]
    return getattr(error, "faults", None) or (faults if error.pointer else [])


def told(error: Refused) -> Problem:
    """A refusal as a document, for an answer that lists what became of many commands."""
    return _document(status_of(error), error.code, error.detail, faults_of(error))


def misshapen(found: Sequence[Any]) -> Problem:
    """What pydantic found wrong with the shape of one part of a body."""
    return _document(422, *_INVALID, _misfits(found))


def _refused(request: Request, error: Refused) -> Response:
    status = status_of(error)
    headers = {"Retry-After": "1"} if status == HTTPStatus.SERVICE_UNAVAILABLE else None
    return _answer(request, status, error.code, error.detail, faults_of(error), headers)


def _told(request: Request, error: ProblemTold) -> Response:
    said = error.told
    return _answer(request, said.status, said.code, said.detail, said.errors)


def _malformed(request: Request, error: RequestValidationError) -> Response:
    found: list[Any] = list(error.errors())
    if any(item["type"] == "json_invalid" for item in found):
        return _answer(request, 400, "unparsable-body", "The body is not valid JSON.")
    missing_key = [item for item in found if item["loc"] == ("header", "Idempotency-Key")]
    if missing_key:
        return _answer(
            request,
            400,
            "idempotency-key-missing",
            "Send an Idempotency-Key header of 1 to 255 characters.",
        )
    return _answer(request, 422, *_INVALID, _misfits(found))


def _misfits(found: Sequence[Any]) -> list[Fault]:
    return [
        Fault(
            code=item["type"].replace("_", "-"),
            pointer="/" + "/".join(str(part) for part in item["loc"]),
            detail=item["msg"],
        )
        for item in found
    ]


_CODES = {
    404: ("not-found", "There is no such thing here."),
    405: ("method-not-allowed", "This address does not take that method."),
    413: ("body-too-large", "The body is larger than this address takes."),
    415: ("media-type-not-taken", "This address does not take that kind of content."),
}


def _http(request: Request, error: HTTPException) -> Response:
    code, detail = _CODES.get(
        error.status_code, (HTTPStatus(error.status_code).phrase.lower().replace(" ", "-"), "")
    )
    headers = dict(error.headers) if error.headers else None
    detail = detail or str(error.detail)
    return _answer(request, error.status_code, code, detail, headers=headers)


def _unauthenticated(request: Request, _: Unauthenticated) -> Response:
    return _answer(
        request,
        401,
        "not-signed-in",
        "Send a valid bearer token.",
        headers={"WWW-Authenticate": 'Bearer realm="goldenthread"'},
    )


def _unavailable(_: Request, error: Exception) -> Response:
    logger.warning("database-unavailable", error=type(error).__name__)
    return problem(
        503,
        "unavailable",
        "The service cannot answer now; try again.",
        headers={"Retry-After": "1"},
    )


def _failed(request: Request, error: Exception) -> Response:
    logger.error("request-failed", error=type(error).__name__, exc_info=error)
    return _answer(request, 500, "failed", "Something went wrong here; it has been recorded.")


def install(app: FastAPI) -> None:
    """Makes every way a request can fail answer with a problem document."""
    handlers: dict[Any, Any] = {
        Refused: _refused,
        RequestValidationError: _malformed,
        HTTPException: _http,
        Unauthenticated: _unauthenticated,
        **dict.fromkeys(UNAVAILABLE, _unavailable),
        ProblemTold: _told,
        Exception: _failed,
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)


PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {
        "description": HTTPStatus(status).phrase,
        "content": {"application/problem+json": {"schema": Problem.model_json_schema()}},
    }
    for status in (400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 503)
}
