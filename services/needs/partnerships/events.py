"""The facts of a partnership: its partners, the rules of its board and who sits on it."""

from __future__ import annotations

from datetime import date

from shared.eventsourcing.events import Event
from shared.published.needs import PartnerJoined, PartnerLeft, PartnershipFormed
from shared.published.terms import AgencyId, PersonId, Term, TextRef


class BoardRules(Term, frozen=True, kw_only=True):
    """The constitution: when the board may decide, and how often it meets.

    It is quorate while every agency of `quorum_named` is present, and `quorum_others` members of
    other agencies. Papers are out `paper_working_days` before a meeting. The rules change where at
    least `change_for` of every `change_of` voting are for it. `extra_meeting_members` who ask in
    writing have a meeting within `extra_meeting_working_days`. `source` is the document, and
    `clauses` says where in it each rule stands, by the rule's name.
    """

    quorum_named: tuple[AgencyId, ...]
    quorum_others: int
    paper_working_days: int = 5
    change_for: int = 2
    change_of: int = 3
    casting_vote: bool = True
    meetings_a_year: int = 4
    extra_meeting_members: int = 4
    extra_meeting_working_days: int = 10
    source: str = ""
    clauses: dict[str, str] = {}  # noqa: RUF012 - a struct copies it


class BoardMember(Term, frozen=True, kw_only=True):
    """A person who sits on the board for a partner agency."""

    person: PersonId
    agency: AgencyId
    chair: bool = False
    vice: bool = False


class BoardRulesSet(Event, frozen=True, kw_only=True, tag="needs.board-rules-set.v1"):
    """`decision` carried the change; empty for the rules the board began with."""

    rules: BoardRules
    decision: str = ""


class BoardMemberNamed(Event, frozen=True, kw_only=True, tag="needs.board-member-named.v1"):
    """A new chair takes the place of the one before."""

    member: BoardMember


class BoardMemberStoodDown(
    Event, frozen=True, kw_only=True, tag="needs.board-member-stood-down.v1"
):
    person: PersonId


class OfficersElected(Event, frozen=True, kw_only=True, tag="needs.officers-elected.v1"):
    """The board chose its chair and vice chair for a year; `decision` is the one that did."""

    chair: PersonId
    vice_chair: PersonId
    decision: str
    elected_on: date


class ExtraMeetingAsked(Event, frozen=True, kw_only=True, tag="needs.extra-meeting-asked.v1"):
    """One member asks in writing for a meeting."""

    person: PersonId
    reason: TextRef
    received_on: date


class ExtraMeetingDue(Event, frozen=True, kw_only=True, tag="needs.extra-meeting-due.v1"):
    """As many have asked as the rules want: the meeting is held by `hold_by`."""

    hold_by: date


class ExtraMeetingCalled(Event, frozen=True, kw_only=True, tag="needs.extra-meeting-called.v1"):
    """What was asked for is called; `late` where the day was over before anybody called it."""

    meeting: str
    held_on: date
    late: bool = False


PartnershipEvent = (
    PartnershipFormed
    | PartnerJoined
    | PartnerLeft
    | BoardRulesSet
    | BoardMemberNamed
    | BoardMemberStoodDown
    | OfficersElected
    | ExtraMeetingAsked
    | ExtraMeetingDue
    | ExtraMeetingCalled
)
