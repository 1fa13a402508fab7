"""The request bodies of a report card. Words are short, since the card is one page."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from services.monitoring.report_cards.events import Section
from shared.entries.rules import Cost
from shared.http.bodies import Body, Day, Id

Words = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        min_length=1,
        max_length=600,
        pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$",
    ),
]
PeriodName = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-(Q[1-4]|M(0[1-9]|1[0-2])|Y)$")]


class EntryBody(Body):
    """An idea has a cost, an action an owner (a party's agency) and the day it is due."""

    section: Section
    text: Words
    cost: Cost | None = None
    owner: Id | None = None
    due_on: Day | None = None


class DoneBody(Body):
    done_on: Day


class AgreementBody(Body):
    period: PeriodName
