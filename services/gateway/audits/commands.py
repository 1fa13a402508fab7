"""What may be asked about the audit of a fund's year."""

from __future__ import annotations

from datetime import datetime

from services.gateway.audits.events import OpinionKind
from shared.eventsourcing.commands import Command
from shared.published.terms import AgencyId, FinancialYear, FundId, PersonId, TextRef


class GiveOpinion(Command, frozen=True, kw_only=True):
    """`digest` is of the account that was read, `stands` of the account as it is now; `keeps_books`
    is whether the auditor may also write in the books.
    """

    opinion: str
    fund: FundId
    year: FinancialYear
    kind: OpinionKind
    digest: str
    stands: str
    closed: bool
    keeps_books: bool
    text: TextRef
    agency: AgencyId
    given_by: PersonId
    now: datetime


class WithdrawOpinion(Command, frozen=True, kw_only=True):
    """`keeps_books` as for the opinion itself."""

    opinion: str
    keeps_books: bool
    reason: TextRef
    agency: AgencyId
    withdrawn_by: PersonId
    now: datetime


AuditCommand = GiveOpinion | WithdrawOpinion
