"""The request bodies of partnerships."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from services.needs.partnerships.events import BoardRules
from shared.http.bodies import Body, Day, Id, OlderDay, Prose, Title
from shared.published.terms import AgencyKind, Member


class MemberBody(Body):
    agency: Id
    kind: AgencyKind
    name: Title

    def term(self) -> Member:
        return Member(agency=self.agency, kind=self.kind, name=self.name)


class FormPartnershipBody(Body):
    """The lead forms it, and is one of the members."""

    name: Title
    lead: Id
    members: Annotated[list[MemberBody], Field(max_length=100)]
    effective_on: OlderDay


class PartnerBody(MemberBody):
    effective_on: OlderDay


class LeavingBody(Body):
    agency: Id
    effective_on: OlderDay


Share = Annotated[int, Field(strict=True, ge=1, le=100)]
Name = Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")]


class RulesTermsBody(Body):
    """A constitution; a rule left out is as most boards have it.

    `clauses` says where in the document `source` each rule stands, by the rule's name.
    """

    quorum_named: Annotated[list[Id], Field(max_length=50)]
    quorum_others: Annotated[int, Field(strict=True, ge=0, le=100)]
    paper_working_days: Annotated[int, Field(strict=True, ge=0, le=30)] = 5
    change_for: Share = 2
    change_of: Share = 3
    casting_vote: bool = True
    meetings_a_year: Annotated[int, Field(strict=True, ge=0, le=52)] = 4
    extra_meeting_members: Annotated[int, Field(strict=True, ge=1, le=100)] = 4
    extra_meeting_working_days: Annotated[int, Field(strict=True, ge=1, le=60)] = 10
    source: Annotated[str, Field(max_length=300, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""
    clauses: Annotated[dict[Name, Title], Field(max_length=20, default_factory=dict)]

    def rules(self) -> BoardRules:
        return BoardRules(
            quorum_named=tuple(self.quorum_named),
            quorum_others=self.quorum_others,
            paper_working_days=self.paper_working_days,
            change_for=self.change_for,
            change_of=self.change_of,
            casting_vote=self.casting_vote,
            meetings_a_year=self.meetings_a_year,
            extra_meeting_members=self.extra_meeting_members,
            extra_meeting_working_days=self.extra_meeting_working_days,
            source=self.source,
            clauses=dict(self.clauses),
        )


class RulesBody(RulesTermsBody):
    """`decision` is the one that carried the change; none for a board's first rules."""

    decision: Id | None = None


class BoardMemberBody(Body):
    person: Id
    agency: Id
    chair: bool = False
    vice: bool = False


class PersonBody(Body):
    person: Id


class ElectionBody(Body):
    """`decision` is that of the item at which the board chose."""

    chair: Id
    vice_chair: Id
    decision: Id


class OwnRequestBody(Body):
    """A member's own request for a meeting."""

    reason: Prose


class ExtraMeetingBody(Body):
    """Who has asked in writing, and when it came."""

    persons: Annotated[list[Id], Field(min_length=1, max_length=100)]
    reason: Prose
    received_on: Day
