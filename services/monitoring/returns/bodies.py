"""The request bodies of returns; files are read into the same ones, so all ways in are one."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from services.monitoring.returns.offers import Explained, Offer
from shared.http.bodies import Body, Day, Id, Prose
from shared.published.monitoring import Risk
from shared.published.terms import (
    Breakdown,
    BrokenDown,
    BudgetLine,
    Element,
    Reading,
    TextRef,
)

PeriodId = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-(Q[1-4]|M(0[1-9]|1[0-2])|Y)$")]
Figure = Annotated[Decimal, Field(max_digits=20, decimal_places=6)]
Group = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9 +./_-]{0,39}$")]
Number = Annotated[int, Field(ge=0, le=10**9)]
Pence = Annotated[int, Field(ge=0, le=10**14)]


class ReadingBody(Body):
    """A value, or a status that says why there is none."""

    measure: Id
    period: PeriodId
    value: Figure | None = None
    numerator: Figure | None = None
    denominator: Figure | None = None
    status: Literal["given", "missing", "not-applicable"] = "given"

    def term(self) -> Reading:
        return Reading(
            measure=self.measure,
            period=self.period,
            value=self.value,
            numerator=self.numerator,
            denominator=self.denominator,
            status=self.status,
        )


class BreakdownBody(Body):
    measure: Id
    breakdown: Breakdown
    group: Group
    count: Number

    def term(self) -> BrokenDown:
        return BrokenDown(
            measure=self.measure, breakdown=self.breakdown, group=self.group, count=self.count
        )


class BudgetBody(Body):
    """One element's budget for the year, what was spent to date, and where the year will land."""

    element: Element
    budget_pence: Pence
    spent_pence: Pence
    forecast_pence: Pence

    def term(self) -> BudgetLine:
        return BudgetLine(
            element=self.element,
            budget_pence=self.budget_pence,
            spent_pence=self.spent_pence,
            forecast_pence=self.forecast_pence,
        )


class ExplanationBody(Body):
    """Why a figure that a soft rule asks about is right; without a measure, for all of them."""

    rule: Id
    measure: Annotated[str, Field(max_length=80)] = ""
    text: Prose


class RiskBody(Body):
    """What may go wrong; `owner` is a person's opaque id."""

    text: Prose
    rating: Literal["low", "medium", "high"]
    owner: Id

    def term(self, text: TextRef) -> Risk:
        return Risk(text=text, rating=self.rating, owner=self.owner)


class ReturnBody(Body):
    """A return on one contract and one period; a nil return has no figures.

    With a `declaration` whoever sends the figures signs them as well, where the contract allows it;
    without one they wait for somebody else's signature. `incidents` are ids of incidents reported.
    """

    readings: Annotated[tuple[ReadingBody, ...], Field(max_length=1000)] = ()
    breakdowns: Annotated[tuple[BreakdownBody, ...], Field(max_length=2000)] = ()
    budget: Annotated[tuple[BudgetBody, ...], Field(max_length=20)] = ()
    complaints: Number = 0
    compliments: Number = 0
    story: Prose | None = None
    nil: bool = False
    explanations: Annotated[tuple[ExplanationBody, ...], Field(max_length=200)] = ()
    risks: Annotated[tuple[RiskBody, ...], Field(max_length=50)] = ()
    incidents: Annotated[tuple[Id, ...], Field(max_length=50)] = ()
    declaration: Prose | None = None

    def offer(
        self, story: TextRef | None, explanations: list[TextRef], risks: list[TextRef]
    ) -> Offer:
        """The figures, citing texts that lie in the store."""
        return Offer(
            readings=tuple(reading.term() for reading in self.readings),
            breakdowns=tuple(part.term() for part in self.breakdowns),
            budget=tuple(line.term() for line in self.budget),
            complaints=self.complaints,
            compliments=self.compliments,
            story=story,
            nil=self.nil,
            explanations=tuple(
                Explained(rule=one.rule, measure=one.measure, text=text)
                for one, text in zip(self.explanations, explanations, strict=True)
            ),
            risks=tuple(one.term(text) for one, text in zip(self.risks, risks, strict=True)),
            incidents=self.incidents,
        )


Typed = Annotated[str, Field(max_length=20_000)]


class DraftBody(Body):
    """What was typed into a form so far, field by field, right or not; nobody judges it."""

    typed: Annotated[dict[Annotated[str, Field(max_length=200)], Typed], Field(max_length=8_000)]


class RestateBody(ReturnBody):
    """New figures for a period that was accepted, and why the old ones were wrong."""

    reason: Prose


class VersionBody(Body):
    """The version of the figures that was read."""

    version: Annotated[int, Field(strict=True, ge=1)]


class AcceptBody(VersionBody):
    """The measures to accept of that version; without them, all that is not accepted yet."""

    measures: Annotated[tuple[Id, ...], Field(max_length=200)] = ()


class SignatureBody(Body):
    """`receipt` is that of the figures prepared. Whoever made them declares that they are right."""

    receipt: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    declaration: Prose | None = None


class RejectBody(VersionBody):
    reason: Prose


class QueryBody(Body):
    text: Prose
    measure: Annotated[str, Field(max_length=80)] = ""


class AnswerBody(Body):
    answer: Prose


class ReasonBody(Body):
    reason: Prose


class ExtensionBody(Body):
    due_on: Day
    reason: Prose


class ActionBody(Body):
    """Something agreed; `owner` is a person's opaque id."""

    text: Prose
    owner: Id
    due_on: Day


class MeetingBody(Body):
    held_on: Day
    minutes: Prose
    actions: Annotated[tuple[ActionBody, ...], Field(max_length=50)] = ()


class CompletionBody(Body):
    completed_on: Day
