"""What may be sent to the doors of statements."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from shared.http.bodies import Body, Prose

Quarter = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-Q[1-4]$")]
LineNumber = Annotated[int, Field(strict=True, ge=1, le=100_000)]


class IssueBody(Body):
    """The quarter whose statements are issued, one to each partner."""

    period: Quarter


class AgreementBody(Body):
    """The numbers of the lines agreed; none: every line that has no answer yet."""

    lines: tuple[LineNumber, ...] = Field(default=(), max_length=10_000)


class DisputeBody(Body):
    """Why a line is disputed; nothing in it may say who a child or a member of the public is."""

    line: LineNumber
    reason: Prose


class SignatureBody(Body):
    """The digest of the statement as it was read."""

    digest: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
