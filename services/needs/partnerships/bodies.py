"""The request bodies of partnerships."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from services.needs.partnerships.events import BoardRules
from shared.http.bodies import Body, Id, Title
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
    effective_on: date


class PartnerBody(MemberBody):
    effective_on: date


class LeavingBody(Body):
    agency: Id
    effective_on: date


class RulesBody(Body):
    """`decision` is the one that carried the change; none for a board's first rules."""

    quorum_named: Annotated[list[Id], Field(max_length=50)]
    quorum_others: Annotated[int, Field(strict=True, ge=0, le=100)]
    paper_working_days: Annotated[int, Field(strict=True, ge=0, le=30)] = 5
    decision: Id | None = None

    def rules(self) -> BoardRules:
        return BoardRules(
            quorum_named=tuple(self.quorum_named),
            quorum_others=self.quorum_others,
            paper_working_days=self.paper_working_days,
        )


class BoardMemberBody(Body):
    person: Id
    agency: Id
    chair: bool = False


class PersonBody(Body):
    person: Id
