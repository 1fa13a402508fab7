"""The facts of a provider's portfolio of live contracts."""

from __future__ import annotations

from datetime import date

from shared.eventsourcing.events import Event
from shared.published.procurement import Standard
from shared.published.terms import AgencyId, ContractId, PartnershipId, Term


class Held(Term, frozen=True, kw_only=True):
    """A live contract: whose it is, and until when."""

    contract: ContractId
    partnership: PartnershipId
    commissioner: AgencyId
    ends_on: date
    sanctions_live_on: date | None = None


class ContractEntered(Event, frozen=True, kw_only=True, tag="monitoring.contract-entered.v1"):
    held: Held


class ContractLeft(Event, frozen=True, kw_only=True, tag="monitoring.contract-left.v1"):
    contract: ContractId


class LapseNoted(Event, frozen=True, kw_only=True, tag="monitoring.lapse-noted.v1"):
    """A standard of the provider has lapsed while these contracts were live."""

    provider: AgencyId
    standard: Standard
    expired_on: date
    contracts: tuple[Held, ...]


class RenewalNoted(Event, frozen=True, kw_only=True, tag="monitoring.renewal-noted.v1"):
    """A standard of the provider that had lapsed is held again, until `valid_until`."""

    provider: AgencyId
    standard: Standard
    valid_until: date
    contracts: tuple[Held, ...]


PortfolioEvent = ContractEntered | ContractLeft | LapseNoted | RenewalNoted
