"""The request body of a ballot."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from shared.http.bodies import Body, Id


class BallotBody(Body):
    """`token` as it stands on the slip of paper; how it is spaced does not matter."""

    token: Annotated[str, StringConstraints(max_length=60)]
    choices: Annotated[tuple[Id, ...], Field(max_length=40)]
