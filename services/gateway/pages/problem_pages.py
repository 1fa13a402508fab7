"""A refusal as a page: what went wrong, what to do now, and the code to quote.

Law: a page about a refusal says no more than the problem document would.
"""

from __future__ import annotations

from urllib.parse import quote

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from services.gateway.pages.rendering import page
from services.gateway.pages.visiting import Visitor
from shared.http.problems import Problem

TITLES = {
    400: "This could not be read",
    403: "You may not do this",
    404: "Page not found",
    409: "This cannot be done now",
    412: "This has changed since you opened it",
    413: "The file is too large",
    422: "Some of this cannot be right",
    500: "Something went wrong here",
    503: "This is not available at the moment",
}
ADVICE = {
    403: "If you should be able to, ask whoever gives out roles at your agency.",
    404: "If you typed the address, check it. It may also belong to another agency.",
    412: "Go back, load the page again and look at what has changed.",
    500: "Try again in a moment. If it stays so, tell whoever runs this installation.",
    503: "Try again in a moment. What you sent has not been lost if you were told it was accepted.",
}


def problem_page(request: Request, problem: Problem) -> Response:
    """Shows a problem to a person; one who is not signed in is asked to."""
    if problem.status == 401:
        asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        back = asked if request.method == "GET" else "/"
        return RedirectResponse(f"/sign-in?next={quote(back, safe='')}", 303)
    visitor: Visitor | None = getattr(request.state, "visitor", None)
    return page(
        request, "problem.html", problem.status, visitor=visitor,
        title=TITLES.get(problem.status, problem.title), problem=problem,
        advice=ADVICE.get(problem.status, ""),
    )  # fmt: skip
