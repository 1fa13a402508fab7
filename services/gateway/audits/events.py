"""The facts of the audit of a fund's year, one stream for each.

Law: an opinion names the account it is about by its hash, so none passes to another account.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from shared.eventsourcing.events import Event
from shared.published.terms import AgencyId, FinancialYear, FundId, PersonId, TextRef

OpinionKind = Literal["unqualified", "qualified", "adverse", "disclaimer"]
"""A clean opinion; clean but for what is named; not true and fair; none can be formed."""


class OpinionGiven(Event, frozen=True, kw_only=True, tag="gateway.audit-opinion-given.v1"):
    """`digest` is the SHA-256 of the memorandum account's canonical JSON."""

    opinion: str
    fund: FundId
    year: FinancialYear
    kind: OpinionKind
    digest: str
    text: TextRef
    agency: AgencyId
    given_by: PersonId
    given_on: date


class OpinionWithdrawn(Event, frozen=True, kw_only=True, tag="gateway.audit-opinion-withdrawn.v1"):
    """The auditor no longer stands by an opinion; it stays on record with the reason."""

    opinion: str
    reason: TextRef
    withdrawn_by: PersonId
    withdrawn_on: date


AuditEvent = OpinionGiven | OpinionWithdrawn
