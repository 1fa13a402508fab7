"""The request bodies of lists of preferred providers."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from shared.http.bodies import Body, Day, Id, Prose, Title


class DraftListBody(Body):
    """`partnership` is one's own, `partnerships` its neighbours; `need` in words that name no
    child, such as `Residential therapy for 8 to 12`.
    """

    partnership: Id
    partnerships: Annotated[list[Id], Field(min_length=1, max_length=20)]
    title: Title
    need: Title
    valid_until: Day


class ListedBody(Body):
    provider: Id
    reason: Prose


class AgreeBody(Body):
    partnership: Id


class ReasonBody(Body):
    reason: Prose
