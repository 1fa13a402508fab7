"""Jointly funded work at executive and operational level, and what a lead commissioner oversees.

Pure. Law: the executive level adds up the operational one and nothing else; whatever is late or
short is named, and a contract keeps to its terms only where nothing is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal

import msgspec

from services.gateway.contract_views.monitored import MonitoredRow
from services.gateway.ledgers.position import ContractPosition, FundPosition
from services.gateway.overviews.due import Due
from services.gateway.report_cards.figures import card_measures
from shared.published.terms import AgencyId, ContractId, FinancialYear, FundId

Json = Mapping[str, Any]
Kind = Literal["pooled", "aligned"]


class OutcomeScore(msgspec.Struct, frozen=True, kw_only=True):
    """How many of a contract's measures for an outcome met their target in their newest figure."""

    outcome: str
    title: str
    met: int
    missed: int
    unjudged: int


class Late(msgspec.Struct, frozen=True, kw_only=True):
    """Something whose day has passed, and who owes it."""

    kind: str
    id: str
    by: AgencyId
    due_at: datetime


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """One contract. `returns_due` are those whose day has come; money is of the fund's year, None
    where the fund has no books of the contract.
    """

    contract: ContractId
    title: str
    kind: str
    provider: AgencyId
    provider_name: str
    commissioner: AgencyId
    fund: FundId
    ends_on: date
    outcomes: tuple[OutcomeScore, ...]
    returns_due: int
    returns_in_time: int
    returns_awaited: int
    cases_open: int
    cases_escalated: int
    notices_open: int
    reviews_open: int
    incidents_open: int | None
    late: tuple[Late, ...]
    actual_pence: int | None = None
    committed_pence: int | None = None
    forecast_pence: int | None = None

    @property
    def met(self) -> int:
        return sum(one.met for one in self.outcomes)

    @property
    def missed(self) -> int:
        return sum(one.missed for one in self.outcomes)

    def concerns(self) -> tuple[str, ...]:
        """What keeps a contract from being in order, by code; each at most once."""
        found = [f"{one.kind}-late" for one in self.late]
        found += ["case-escalated"] if self.cases_escalated else []
        found += ["case-open"] if self.cases_open > self.cases_escalated else []
        found += ["notice-open"] if self.notices_open else []
        found += ["target-missed"] if self.missed else []
        found += ["incident-open"] if self.incidents_open else []
        return tuple(dict.fromkeys(found))


class FundWork(msgspec.Struct, frozen=True, kw_only=True):
    """A fund's year with its contracts. `owed_pence`: contributions invoiced and not received."""

    fund: FundId
    name: str
    kind: Kind
    host: AgencyId
    year: FinancialYear
    budget_pence: int
    actual_pence: int
    committed_pence: int
    forecast_pence: int
    variance_pence: int
    owed_pence: int
    risk_share_missing: bool
    partners: tuple[AgencyId, ...]
    contracts: tuple[Work, ...]


class Together(msgspec.Struct, frozen=True, kw_only=True):
    """One line at executive level: a fund, or all funds of a kind, or everything."""

    fund: FundId
    name: str
    kind: str
    budget_pence: int
    actual_pence: int
    forecast_pence: int
    variance_pence: int
    owed_pence: int
    contracts: int
    outcomes: int
    measures_met: int
    measures_missed: int
    cases_open: int
    late: int


def work(
    view: Json,
    row: MonitoredRow | None,
    dues: Iterable[Due],
    held: ContractPosition | None,
    now: datetime,
    *,
    incidents: bool,
) -> Work:
    """A contract from its view, as its reader may see it, and where monitoring of it stands."""
    terms = view["terms"]
    stands = row or MonitoredRow(contract=view["contract"])
    come = [one for one in stands.returns if one.due_at < now and one.status != "cancelled"]
    cases = [one for one in stands.flags if one.open]
    open_incidents = sum(not one.closed for one in stands.incidents)
    return Work(
        contract=view["contract"],
        title=terms["title"],
        kind=terms["kind"],
        provider=terms["provider"],
        provider_name=view["provider_name"],
        commissioner=terms["commissioner"],
        fund=terms["fund"],
        ends_on=date.fromisoformat(terms["ends_on"]),
        outcomes=_scores(view),
        returns_due=len(come),
        returns_in_time=sum(bool(one.version) and not one.late for one in come),
        returns_awaited=sum(one.awaited for one in come),
        cases_open=len(cases),
        cases_escalated=sum(bool(one.escalated_to) for one in cases),
        notices_open=sum(one["answered_on"] is None for one in view["notices"]),
        reviews_open=sum(not one.conclusion for one in stands.reviews),
        incidents_open=open_incidents if incidents else None,
        late=tuple(
            Late(kind=one.kind, id=one.id, by=one.by, due_at=one.due_at)
            for one in dues
            if one.overdue and one.of == view["contract"]
        ),
        actual_pence=held.actual_pence if held else None,
        committed_pence=held.committed_pence if held else None,
        forecast_pence=held.forecast_pence if held else None,
    )


def _scores(view: Json) -> tuple[OutcomeScore, ...]:
    given: dict[str, list[str]] = {one["outcome"]: [] for one in view["outcomes"]}
    for measure in card_measures(view):
        status = measure.latest.status if measure.latest else ""
        given.setdefault(measure.outcome, []).append(status)
    titles = {one["outcome"]: one["title"] for one in view["outcomes"]}
    return tuple(
        OutcomeScore(
            outcome=outcome,
            title=titles.get(outcome, outcome),
            met=found.count("met"),
            missed=found.count("missed"),
            unjudged=len(found) - found.count("met") - found.count("missed"),
        )
        for outcome, found in given.items()
    )


def fund_work(head: Json, kind: Kind, stands: FundPosition, contracts: Iterable[Work]) -> FundWork:
    """A fund's year, its contracts by title."""
    return FundWork(
        fund=head["fund"],
        name=head["name"] or head["fund"],
        kind=kind,
        host=head["host"],
        year=head["year"],
        budget_pence=stands.budget_pence,
        actual_pence=stands.actual_pence,
        committed_pence=stands.committed_pence,
        forecast_pence=stands.forecast_outturn_pence,
        variance_pence=stands.variance_pence,
        owed_pence=sum(one.contribution_owed_pence for one in stands.partners),
        risk_share_missing=stands.risk_share_missing,
        partners=tuple(one.partner for one in stands.partners),
        contracts=tuple(sorted(contracts, key=lambda one: (one.title, one.contract))),
    )


def executive(funds: Sequence[FundWork]) -> list[Together]:
    """A line for each fund, then for pooled and aligned funds together, then for everything."""
    lines = [_together(one.fund, one.name, one.kind, [one]) for one in funds]
    for kind in ("pooled", "aligned"):
        alike = [one for one in funds if one.kind == kind]
        if alike:
            lines.append(_together("", f"All {kind} funds", kind, alike))
    return [*lines, _together("", "All jointly funded work", "", funds)]


def _together(fund: str, name: str, kind: str, funds: Sequence[FundWork]) -> Together:
    contracts = [one for held in funds for one in held.contracts]
    return Together(
        fund=fund,
        name=name,
        kind=kind,
        budget_pence=sum(one.budget_pence for one in funds),
        actual_pence=sum(one.actual_pence for one in funds),
        forecast_pence=sum(one.forecast_pence for one in funds),
        variance_pence=sum(one.variance_pence for one in funds),
        owed_pence=sum(one.owed_pence for one in funds),
        contracts=len(contracts),
        outcomes=len({each.outcome for one in contracts for each in one.outcomes}),
        measures_met=sum(one.met for one in contracts),
        measures_missed=sum(one.missed for one in contracts),
        cases_open=sum(one.cases_open for one in contracts),
        late=sum(len(one.late) for one in contracts),
    )
