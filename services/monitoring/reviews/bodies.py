"""The request bodies of reviews."""

from __future__ import annotations

from typing import Literal

from shared.http.bodies import Body, Id, Prose
from shared.published.reviewing import FindingKind


class OpenReviewBody(Body):
    contract: Id


class FindingBody(Body):
    """`kind` says whose views it holds or where else it comes from; nothing in it names a child."""

    finding: Prose
    kind: FindingKind = "other"


class ConclusionBody(Body):
    conclusion: Literal["continue", "redesign", "decommission"]
