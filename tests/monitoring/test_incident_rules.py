"""The rules of a serious incident, as sentences."""

from __future__ import annotations

from datetime import UTC, date, datetime

from msgspec.structs import replace

from services.monitoring.incidents.commands import (
    AcknowledgeIncident,
    CloseIncident,
    NoteSilence,
    ReportIncident,
)
from services.monitoring.incidents.decider import (
    INCIDENTS,
    AlreadyReported,
    NotHappenedYet,
    NotNamedOfficer,
    ReferralNotConfirmed,
)
from shared.published.monitoring import OfficerAcknowledged, OfficerSilent
from shared.testing.scenarios import Scenario

NOW = datetime(2026, 7, 1, 9, tzinfo=UTC)
LAST_SECOND = datetime(2026, 7, 1, 22, 59, 59, tzinfo=UTC)
"""The day ends an hour earlier in UTC than in London: it is summer."""
OVER = datetime(2026, 7, 1, 23, tzinfo=UTC)
REPORT = ReportIncident(
    incident="i1", contract="c1", partnership="p1", provider="acorn", commissioner="council",
    reference="REF-1", referred_to="lado", referral_confirmed=True, reported_by="ann",
    happened_on=date(2026, 7, 1), officer="mo", now=NOW,
)  # fmt: skip
ANSWER = AcknowledgeIncident(officer="mo", acknowledged_by="mo", now=LAST_SECOND)
CLOSE = CloseIncident(outcome="learning-shared", closed_by="chris", now=NOW)
SILENT = OfficerSilent(
    incident="i1", contract="c1", partnership="p1", officer="mo", acknowledge_by=LAST_SECOND
)

nobody = Scenario(INCIDENTS)
reported = nobody.when_done(REPORT)


def answered(at: datetime, late: bool) -> OfficerAcknowledged:
    return OfficerAcknowledged(
        incident="i1", contract="c1", partnership="p1", officer="mo", acknowledged_at=at, late=late
    )


def test_nothing_is_reported_before_the_referral_or_the_day_and_nothing_twice() -> None:
    nobody.when(replace(REPORT, referral_confirmed=False)).then_refused(
        ReferralNotConfirmed, "/body/referral_confirmed"
    )
    nobody.when(replace(REPORT, happened_on=date(2026, 7, 2))).then_refused(
        NotHappenedYet, "/body/happened_on"
    )
    reported.when(REPORT).then_refused(AlreadyReported)


def test_an_answer_is_in_time_to_the_last_second_of_the_day_in_london() -> None:
    reported.when(ANSWER).then(answered(LAST_SECOND, late=False))
    reported.when(replace(ANSWER, now=OVER)).then(answered(OVER, late=True))
    reported.when(replace(ANSWER, acknowledged_by="chris")).then_refused(NotNamedOfficer)


def test_silence_is_a_fact_once_the_day_is_over_and_only_once() -> None:
    over = NoteSilence(now=OVER)
    reported.when(NoteSilence(now=LAST_SECOND)).then_nothing()
    reported.when(over).then(SILENT)
    reported.when_done(over).when(over).then_nothing()
    reported.when_done(ANSWER).when(over).then_nothing()
    nobody.when(over).then_nothing()


def test_closing_an_incident_does_not_answer_for_the_officer() -> None:
    over = NoteSilence(now=OVER)
    reported.when_done(CLOSE).when(over).then(SILENT)
    reported.when_done(CLOSE, over).when(over).then_nothing()
    reported.when_done(ANSWER, CLOSE).when(over).then_nothing()
    reported.when_done(over, CLOSE).when(over).then_nothing()
