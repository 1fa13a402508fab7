"""The request bodies of reviews."""

from __future__ import annotations

from typing import Literal

from shared.http.bodies import Body, Id, Prose


class OpenReviewBody(Body):
    contract: Id


class FindingBody(Body):
    finding: Prose


class ConclusionBody(Body):
    conclusion: Literal["continue", "redesign", "decommission"]
