"""The facts of a provider forum, one stream per partnership; only its reports are for others."""

from __future__ import annotations

from shared.eventsourcing.events import Event
from shared.published.reviewing import ForumReported
from shared.published.terms import AgencyId, PersonId, TextRef


class ForumInstructed(Event, frozen=True, kw_only=True, tag="monitoring.forum-instructed.v1"):
    """The board asks the forum for something; `meeting` is the board's, where it was decided."""

    instruction: str
    text: TextRef
    meeting: str = ""
    given_by: PersonId


class IssueRaised(Event, frozen=True, kw_only=True, tag="monitoring.issue-raised.v1"):
    issue: str
    text: TextRef
    provider: AgencyId
    raised_by: PersonId


class IssueAnswered(Event, frozen=True, kw_only=True, tag="monitoring.issue-answered.v1"):
    issue: str
    text: TextRef
    answered_by: PersonId


ForumEvent = ForumInstructed | IssueRaised | IssueAnswered | ForumReported
