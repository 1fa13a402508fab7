"""The request bodies of votes."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from shared.http.bodies import Body, Id, Instant, Pence, Prose, Title

MOST_AT_ONCE = 1_000


class ChoiceBody(Body):
    """In the words of those who vote."""

    title: Title
    about: Title
    cost_pence: Pence


class OrganiserBody(Body):
    agency: Id
    most_tokens: Annotated[int, Field(strict=True, ge=1, le=100_000)]


class VoteBody(Body):
    """`most_choices` is how many of the choices one person may tick."""

    partnership: Id
    strategy: Id | None = None
    title: Title
    question: Title
    pot_pence: Pence
    choices: Annotated[tuple[ChoiceBody, ...], Field(min_length=1, max_length=40)]
    most_choices: Annotated[int, Field(strict=True, ge=1, le=40)]
    organisers: Annotated[tuple[OrganiserBody, ...], Field(min_length=1, max_length=200)]
    opens_at: Instant
    closes_at: Instant


class TokensBody(Body):
    """How many tokens are to be made."""

    count: Annotated[int, Field(strict=True, ge=1, le=MOST_AT_ONCE)]


class AnswerBody(Body):
    """What was done because of the vote."""

    answer: Prose
