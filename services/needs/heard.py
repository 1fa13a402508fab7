"""What needs has heard from monitoring: incidents until they are closed, reviews to decide on.

Law: each is before every meeting of the board until it is dealt with.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from msgspec.structs import replace

from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View
from shared.published.monitoring import (
    ForumReported,
    IncidentClosed,
    ReviewConcluded,
    SeriousIncidentReported,
)
from shared.published.terms import AgencyId, ContractId, PartnershipId, TextRef


class IncidentRow(Row, frozen=True, kw_only=True):
    """A serious incident, by reference only; always exempt."""

    incident: str
    contract: ContractId
    partnership: PartnershipId
    provider: AgencyId
    reference: str
    referred_to: str
    reported_on: date
    closed_on: date | None = None
    exempt: bool = True


def incident_of(recorded: Recorded) -> str | None:
    match recorded.event:
        case SeriousIncidentReported() | IncidentClosed() as event:
            return event.incident
        case _:
            return None


def fold_incident(row: IncidentRow | None, recorded: Recorded) -> IncidentRow | None:
    match recorded.event:
        case SeriousIncidentReported() as reported:
            return IncidentRow(
                incident=reported.incident,
                contract=reported.contract,
                partnership=reported.partnership,
                provider=reported.provider,
                reference=reported.reference,
                referred_to=reported.referred_to,
                reported_on=reported.effective_on,
            )
        case IncidentClosed() as closed if row:
            return replace(row, closed_on=closed.effective_on)
        case _:
            return row


INCIDENTS: View[IncidentRow] = View(
    name="incidents",
    source="monitoring",
    row=IncidentRow,
    events=(SeriousIncidentReported, IncidentClosed),
    key=incident_of,
    fold=fold_incident,
    indexes=("partnership",),
)


def outstanding(rows: Iterable[IncidentRow], on: date) -> list[IncidentRow]:
    """The incidents reported by a day and not closed before it, oldest first."""
    open_then = [
        row
        for row in rows
        if row.reported_on <= on and (row.closed_on is None or row.closed_on >= on)
    ]
    return sorted(open_then, key=lambda row: (row.reported_on, row.incident))


class ReviewRow(Row, frozen=True, kw_only=True):
    """A formal review that concluded that a service is to be redesigned or to end."""

    review: str
    contract: ContractId
    partnership: PartnershipId
    conclusion: str
    concluded_on: date


def review_of(recorded: Recorded) -> str | None:
    event = recorded.event
    return event.review if isinstance(event, ReviewConcluded) else None


def fold_review(row: ReviewRow | None, recorded: Recorded) -> ReviewRow | None:
    """To go on as before needs no decision."""
    match recorded.event:
        case ReviewConcluded() as concluded if concluded.conclusion != "continue":
            return ReviewRow(
                review=concluded.review,
                contract=concluded.contract,
                partnership=concluded.partnership,
                conclusion=concluded.conclusion,
                concluded_on=concluded.effective_on,
            )
        case _:
            return row


REVIEWS: View[ReviewRow] = View(
    name="reviews",
    source="monitoring",
    row=ReviewRow,
    events=(ReviewConcluded,),
    key=review_of,
    fold=fold_review,
    indexes=("partnership",),
)


def undecided(rows: Iterable[ReviewRow], decided: Mapping[str, date], on: date) -> list[ReviewRow]:
    """The reviews concluded by a day that the board had not decided on before it, oldest first.

    `decided` says of a review on which day the board first decided.
    """
    waiting = [
        row for row in rows if row.concluded_on <= on and decided.get(row.review, date.max) >= on
    ]
    return sorted(waiting, key=lambda row: (row.concluded_on, row.review))


class ForumReportRow(Row, frozen=True, kw_only=True):
    """What the provider forum reports to the board; monitoring keeps the words."""

    report: str
    partnership: PartnershipId
    instruction: str
    text: TextRef
    reported_on: date


def report_of(recorded: Recorded) -> str | None:
    event = recorded.event
    return event.report if isinstance(event, ForumReported) else None


def fold_report(row: ForumReportRow | None, recorded: Recorded) -> ForumReportRow | None:
    match recorded.event:
        case ForumReported() as reported:
            return ForumReportRow(
                report=reported.report,
                partnership=reported.partnership,
                instruction=reported.instruction,
                text=reported.text,
                reported_on=reported.effective_on,
            )
        case _:
            return row


FORUM_REPORTS: View[ForumReportRow] = View(
    name="forum_reports",
    source="monitoring",
    row=ForumReportRow,
    events=(ForumReported,),
    key=report_of,
    fold=fold_report,
    indexes=("partnership",),
)


def since(
    rows: Iterable[ForumReportRow], meetings: Iterable[date], on: date
) -> list[ForumReportRow]:
    """The reports made by the day of a meeting and after the meeting before it, oldest first."""
    before = max((day for day in meetings if day < on), default=date.min)
    fresh = [row for row in rows if before < row.reported_on <= on]
    return sorted(fresh, key=lambda row: (row.reported_on, row.report))
