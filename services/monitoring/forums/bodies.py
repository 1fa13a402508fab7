"""The request bodies of provider forums."""

from __future__ import annotations

from shared.http.bodies import Body, Id, Prose


class InstructionBody(Body):
    """`meeting` is the board's, where it was decided, if it was."""

    text: Prose
    meeting: Id | None = None


class IssueBody(Body):
    """Never anything that says which child or family."""

    text: Prose


class ReportBody(Body):
    """`instruction` where the report answers one."""

    text: Prose
    instruction: Id | None = None
