"""The facts of a consultation, one stream each; what people said and were told is kept as texts."""

from __future__ import annotations

from datetime import date
from typing import Literal

from services.needs.assessments.events import Asked
from shared.eventsourcing.events import Event
from shared.published.terms import (
    AgencyId,
    FinancialYear,
    PartnershipId,
    PersonId,
    Term,
    TextRef,
)

Way = Literal["survey", "forum", "interviews", "workshop", "drop-in", "play-and-drawing", "vote"]
About = Literal["assessment", "strategy", "specification", "tender", "contract", "review", "other"]
Progress = Literal["done", "under-way", "not-done"]


class GroupHeard(Term, frozen=True, kw_only=True):
    """How many of a group were asked, and how many of them answered."""

    group: Asked
    asked: int
    answered: int


class ThemeHeard(Term, frozen=True, kw_only=True):
    """How many people spoke of a theme of the bounded vocabulary."""

    theme: str
    people: int


class ConsultationOpened(Event, frozen=True, kw_only=True, tag="needs.consultation-opened.v1"):
    """`stage` is that of the cycle's nine; `about` the id of what it is about, where it has one."""

    consultation: str
    partnership: PartnershipId
    year: FinancialYear
    title: str
    stage: int
    asked: tuple[Asked, ...]
    ways: tuple[Way, ...]
    question: TextRef
    opens_on: date
    closes_on: date
    about_kind: About = "other"
    about: str = ""
    opened_by: PersonId


class ConsultationHeard(Event, frozen=True, kw_only=True, tag="needs.consultation-heard.v1"):
    """What came of it. `said` tells it in words, with nothing that would tell who said it."""

    groups: tuple[GroupHeard, ...]
    themes: tuple[ThemeHeard, ...]
    said: TextRef


class ResponseGiven(Event, frozen=True, kw_only=True, tag="needs.response-given.v1"):
    """*You said, we did*: what an agency did about a theme, or why it did not."""

    response: str
    theme: str
    you_said: TextRef
    we_did: TextRef
    progress: Progress
    agency: AgencyId
    given_on: date


ConsultationEvent = ConsultationOpened | ConsultationHeard | ResponseGiven
