"""The rules of the audit of a fund's year. Pure: no clock, no I/O, no chance.

Law: who keeps the books neither audits them nor takes an opinion back; an opinion is on a closed
year and on the account as it stood. Source: Darlington Children's Trust, governance arrangements
2010, 15.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import msgspec

from services.gateway.audits.commands import AuditCommand, GiveOpinion, WithdrawOpinion
from services.gateway.audits.events import AuditEvent, OpinionGiven, OpinionWithdrawn
from services.gateway.audits.refusals import (
    AccountMoved,
    AuditorKeepsBooks,
    OpinionStands,
    OpinionUnknown,
    YearNotClosed,
)
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.decider import Decider
from shared.published.terms import FinancialYear, FundId


class Audit(msgspec.Struct, frozen=True, kw_only=True):
    """The opinions that have not been withdrawn, by their ids."""

    standing: dict[str, OpinionGiven] = {}


def subject(fund: FundId, year: FinancialYear) -> str:
    """The id of a year's stream."""
    return f"{fund}|{year.replace('/', '-')}"


def decide(command: AuditCommand, audit: Audit) -> Sequence[AuditEvent]:
    """What follows from a command, or a refusal."""
    match command:
        case GiveOpinion():
            return [_give(command, audit)]
        case WithdrawOpinion():
            return [_withdraw(command, audit)]


def _give(command: GiveOpinion, audit: Audit) -> OpinionGiven:
    """Refuses: AuditorKeepsBooks, YearNotClosed, AccountMoved, OpinionStands."""
    if command.keeps_books:
        raise AuditorKeepsBooks
    if not command.closed:
        raise YearNotClosed
    if command.digest != command.stands:
        raise AccountMoved(pointer="/body/digest")
    if command.digest in {one.digest for one in audit.standing.values()}:
        raise OpinionStands
    return OpinionGiven(
        opinion=command.opinion,
        fund=command.fund,
        year=command.year,
        kind=command.kind,
        digest=command.digest,
        text=command.text,
        agency=command.agency,
        given_by=command.given_by,
        given_on=london_date(command.now),
    )


def _withdraw(command: WithdrawOpinion, audit: Audit) -> OpinionWithdrawn:
    """Refuses: AuditorKeepsBooks, OpinionUnknown."""
    if command.keeps_books:
        raise AuditorKeepsBooks
    held = audit.standing.get(command.opinion)
    if held is None or held.agency != command.agency:
        raise OpinionUnknown
    return OpinionWithdrawn(
        opinion=command.opinion,
        reason=command.reason,
        withdrawn_by=command.withdrawn_by,
        withdrawn_on=london_date(command.now),
    )


def evolve(audit: Audit, event: AuditEvent) -> Audit:
    """The audit after one more fact."""
    match event:
        case OpinionGiven():
            return Audit(standing=audit.standing | {event.opinion: event})
        case OpinionWithdrawn():
            left = {key: one for key, one in audit.standing.items() if key != event.opinion}
            return Audit(standing=left)


AUDITS: Decider[AuditCommand, Audit, AuditEvent] = Decider(
    category="audit",
    initial=Audit(),
    decide=decide,
    evolve=evolve,
    events=get_args(AuditEvent),
)
