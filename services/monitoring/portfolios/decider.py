"""The rules of a portfolio: a lapse reaches the contracts that are live, and no others. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import get_args

import msgspec
from msgspec.structs import replace

from services.monitoring.portfolios.commands import (
    EnterContract,
    LeaveContract,
    NoteLapse,
    NoteRenewal,
    PortfolioCommand,
)
from services.monitoring.portfolios.events import (
    ContractEntered,
    ContractLeft,
    Held,
    LapseNoted,
    PortfolioEvent,
    RenewalNoted,
)
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.decider import Decider
from shared.published.procurement import Standard
from shared.published.terms import ContractId


class Portfolio(msgspec.Struct, frozen=True, kw_only=True):
    """The contracts a provider holds here, and the standards that lapsed under them."""

    held: dict[ContractId, Held] = {}
    lapsed: frozenset[Standard] = frozenset()


def decide(command: PortfolioCommand, portfolio: Portfolio) -> Sequence[PortfolioEvent]:
    """What follows from a command; nothing here is refused, since nobody waits for an answer."""
    match command:
        case EnterContract():
            known = portfolio.held.get(command.held.contract)
            return [] if known == command.held else [ContractEntered(held=command.held)]
        case LeaveContract():
            there = command.contract in portfolio.held
            return [ContractLeft(contract=command.contract)] if there else []
        case NoteLapse():
            return _note_lapse(command, portfolio)
        case NoteRenewal():
            return _note_renewal(command, portfolio)


def _note_lapse(command: NoteLapse, portfolio: Portfolio) -> Sequence[PortfolioEvent]:
    live = _live(portfolio, command.now)
    if not live:
        return []
    return [
        LapseNoted(
            provider=command.provider,
            standard=command.standard,
            expired_on=command.expired_on,
            contracts=live,
        )
    ]


def _note_renewal(command: NoteRenewal, portfolio: Portfolio) -> Sequence[PortfolioEvent]:
    """Only of what had lapsed here; what was renewed in time is no news."""
    if command.standard not in portfolio.lapsed:
        return []
    return [
        RenewalNoted(
            provider=command.provider,
            standard=command.standard,
            valid_until=command.valid_until,
            contracts=_live(portfolio, command.now),
        )
    ]


def _live(portfolio: Portfolio, now: datetime) -> tuple[Held, ...]:
    on = london_date(now)
    return tuple(held for held in portfolio.held.values() if held.ends_on >= on)


def evolve(portfolio: Portfolio, event: PortfolioEvent) -> Portfolio:
    """The portfolio after one more fact."""
    match event:
        case ContractEntered():
            return replace(portfolio, held={**portfolio.held, event.held.contract: event.held})
        case ContractLeft():
            left = {key: held for key, held in portfolio.held.items() if key != event.contract}
            return replace(portfolio, held=left)
        case LapseNoted():
            return replace(portfolio, lapsed=portfolio.lapsed | {event.standard})
        case RenewalNoted():
            return replace(portfolio, lapsed=portfolio.lapsed - {event.standard})


PORTFOLIOS: Decider[PortfolioCommand, Portfolio, PortfolioEvent] = Decider(
    category="portfolio",
    initial=Portfolio(),
    decide=decide,
    evolve=evolve,
    events=get_args(PortfolioEvent),
)
