"""The rules of a portfolio: a lapse reaches the contracts that are live, and no others. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import msgspec

from services.monitoring.portfolios.commands import (
    EnterContract,
    LeaveContract,
    NoteLapse,
    PortfolioCommand,
)
from services.monitoring.portfolios.events import (
    ContractEntered,
    ContractLeft,
    Held,
    LapseNoted,
    PortfolioEvent,
)
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.decider import Decider
from shared.published.terms import ContractId


class Portfolio(msgspec.Struct, frozen=True, kw_only=True):
    """The contracts a provider holds here."""

    held: dict[ContractId, Held] = {}


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


def _note_lapse(command: NoteLapse, portfolio: Portfolio) -> Sequence[PortfolioEvent]:
    on = london_date(command.now)
    live = tuple(held for held in portfolio.held.values() if held.ends_on >= on)
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


def evolve(portfolio: Portfolio, event: PortfolioEvent) -> Portfolio:
    """The portfolio after one more fact."""
    match event:
        case ContractEntered():
            return Portfolio(held={**portfolio.held, event.held.contract: event.held})
        case ContractLeft():
            return Portfolio(
                held={key: held for key, held in portfolio.held.items() if key != event.contract}
            )
        case LapseNoted():
            return portfolio


PORTFOLIOS: Decider[PortfolioCommand, Portfolio, PortfolioEvent] = Decider(
    category="portfolio",
    initial=Portfolio(),
    decide=decide,
    evolve=evolve,
    events=get_args(PortfolioEvent),
)
