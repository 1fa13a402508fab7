"""The request bodies of consultations."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from services.needs.assessments.events import Asked
from services.needs.voices.events import About, GroupHeard, Progress, ThemeHeard, Way
from shared.http.bodies import Body, Count, Day, Id, Prose, Title

Theme = Annotated[str, Field(max_length=40)]


class OpenConsultationBody(Body):
    """`stage` is one of the cycle's nine; `about` an id, where what it is about has one here."""

    partnership: Id
    year: Annotated[str, Field(max_length=7)]
    title: Title
    stage: Annotated[int, Field(strict=True, ge=1, le=9)]
    asked: Annotated[tuple[Asked, ...], Field(min_length=1, max_length=3)]
    ways: Annotated[tuple[Way, ...], Field(min_length=1, max_length=7)]
    question: Prose
    opens_on: Day
    closes_on: Day
    about_kind: About = "other"
    about: Id | None = None


class GroupHeardBody(Body):
    group: Asked
    asked: Count
    answered: Count

    def term(self) -> GroupHeard:
        return GroupHeard(group=self.group, asked=self.asked, answered=self.answered)


class ThemeHeardBody(Body):
    theme: Theme
    people: Annotated[int, Field(strict=True, ge=1, le=10**9)]

    def term(self) -> ThemeHeard:
        return ThemeHeard(theme=self.theme, people=self.people)


class HeardBody(Body):
    """What was said, with nothing in it that would tell who said it."""

    groups: Annotated[list[GroupHeardBody], Field(min_length=1, max_length=3)]
    themes: Annotated[list[ThemeHeardBody], Field(max_length=40)]
    said: Prose


class ResponseBody(Body):
    """*You said, we did*; with `not-done`, why not."""

    theme: Theme
    you_said: Prose
    we_did: Prose
    progress: Progress
