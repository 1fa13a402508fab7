"""What must be known to say whom an event concerns: partners, parties, funds, tenders, decisions.

Law: a fact is written by the events of one source; which source, its kind says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Literal, NamedTuple, TypeAlias, TypeVar

import msgspec
from msgspec.structs import replace

from services.gateway.contract_views.monitored import MonitoredRow, monitored
from services.gateway.contract_views.series import Counted, said
from services.gateway.contract_views.views import MonitoringFact
from shared.disclosure.deciding import Decided, decide
from shared.published import contracts, needs, procurement
from shared.published.gateway import FundYear
from shared.published.terms import (
    AgencyId,
    ContractId,
    ContractTerms,
    FinancialYear,
    FundId,
    Member,
    PartnershipId,
    Period,
    Share,
)

Kind = Literal["partnership", "decision", "tender", "contract", "fund", "monitored", "disclosed"]
SOURCE_OF: Mapping[Kind, str] = {
    "partnership": "needs",
    "decision": "needs",
    "tender": "procurement",
    "contract": "contracts",
    "fund": "contracts",
    "monitored": "monitoring",
    "disclosed": "monitoring",
}


class Key(NamedTuple):
    """What a fact is about; `contract/c1` as text."""

    kind: Kind
    id: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.id}"


class PartnershipFact(msgspec.Struct, frozen=True, kw_only=True):
    partnership: PartnershipId
    name: str
    lead: AgencyId
    members: tuple[Member, ...]

    @property
    def agencies(self) -> tuple[AgencyId, ...]:
        return tuple(member.agency for member in self.members)


class DecisionFact(msgspec.Struct, frozen=True, kw_only=True):
    partnership: PartnershipId
    exempt: bool


class TenderFact(msgspec.Struct, frozen=True, kw_only=True):
    partnership: PartnershipId
    procuring: AgencyId


class ContractFact(msgspec.Struct, frozen=True, kw_only=True):
    contract: ContractId
    terms: ContractTerms
    status: Literal["signed", "terminated", "completed"] = "signed"
    ended_on: date | None = None

    @property
    def partnership(self) -> PartnershipId:
        return self.terms.partnership


class FundFact(msgspec.Struct, frozen=True, kw_only=True):
    fund: FundId
    partnership: PartnershipId
    host: AgencyId
    name: str = ""
    years: dict[FinancialYear, FundYear] = {}


class DisclosedFact(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the last version of each return of a contract in the logs of those without
    the right to the true figures.
    """

    returns: dict[Period, Decided] = {}


Fact: TypeAlias = (
    PartnershipFact
    | DecisionFact
    | TenderFact
    | ContractFact
    | FundFact
    | MonitoredRow
    | DisclosedFact
)
TYPES: Mapping[Kind, type[Fact]] = {
    "partnership": PartnershipFact,
    "decision": DecisionFact,
    "tender": TenderFact,
    "contract": ContractFact,
    "fund": FundFact,
    "monitored": MonitoredRow,
    "disclosed": DisclosedFact,
}

F = TypeVar("F", bound=msgspec.Struct)


class Facts:
    """Facts in memory for one page; remembers which of them changed."""

    def __init__(self, found: Mapping[Key, Fact] | None = None) -> None:
        self._found: dict[Key, Fact] = dict(found or {})
        self.changed: dict[Key, Fact] = {}

    def __contains__(self, key: object) -> bool:
        return key in self._found

    def add(self, found: Mapping[Key, Fact]) -> None:
        """What was read from where facts are kept."""
        self._found.update(found)

    def put(self, key: Key, fact: Fact) -> None:
        self._found[key] = self.changed[key] = fact

    def get(self, key: Key, kind: type[F]) -> F | None:
        fact = self._found.get(key)
        return fact if isinstance(fact, kind) else None

    def partnership(self, id: PartnershipId) -> PartnershipFact | None:
        return self.get(Key("partnership", id), PartnershipFact)

    def contract(self, id: ContractId) -> ContractFact | None:
        return self.get(Key("contract", id), ContractFact)

    def fund(self, id: FundId) -> FundFact | None:
        return self.get(Key("fund", id), FundFact)

    def contracts_of(self, partnership: PartnershipId) -> Iterator[ContractFact]:
        for fact in self._found.values():
            if isinstance(fact, ContractFact) and fact.partnership == partnership:
                yield fact

    def funds_of(self, partnership: PartnershipId) -> Iterator[FundFact]:
        for fact in self._found.values():
            if isinstance(fact, FundFact) and fact.partnership == partnership:
                yield fact


def folded(event: object) -> Iterable[Key]:
    """The facts that an event makes or changes."""
    match event:
        case needs.PartnershipFormed() | needs.PartnerJoined() | needs.PartnerLeft():
            return (Key("partnership", event.partnership),)
        case needs.DecisionTaken():
            return (Key("decision", event.decision),)
        case procurement.TenderOpened():
            return (Key("tender", event.tender),)
        case (
            contracts.ContractSigned()
            | contracts.ContractVaried()
            | contracts.ContractExtended()
            | contracts.ContractTerminated()
            | contracts.ContractCompleted()
        ):
            return (Key("contract", event.contract),)
        case (
            contracts.AgreementSigned()
            | contracts.PooledFundOpened()
            | contracts.RiskShareAgreed()
            | contracts.ContributionAgreed()
            | contracts.YearClosed()
        ):
            return (Key("fund", event.fund),)
        case _ if isinstance(event, Counted):
            return (Key("monitored", event.contract), Key("disclosed", event.contract))
        case _ if isinstance(event, MonitoringFact):
            return (Key("monitored", event.contract),)
        case _:
            return ()


def fold(facts: Facts, event: object) -> None:
    """Puts into the facts what an event says."""
    for key in folded(event):
        fact = _after(facts, key, event)
        if fact is not None:
            facts.put(key, fact)


def _after(facts: Facts, key: Key, event: object) -> Fact | None:
    match key.kind:
        case "partnership":
            return _partnership(facts.partnership(key.id), event)
        case "contract":
            return _contract(facts.contract(key.id), event)
        case "fund":
            return _fund(facts.fund(key.id), event)
        case "monitored":
            return monitored(facts.get(key, MonitoredRow), event)
        case "disclosed" if isinstance(event, Counted):
            return _disclosed(facts, event)
        case "decision" if isinstance(event, needs.DecisionTaken):
            return DecisionFact(partnership=event.partnership, exempt=event.exempt)
        case "tender" if isinstance(event, procurement.TenderOpened):
            return TenderFact(partnership=event.partnership, procuring=event.procuring)
        case _:
            return None


def decided(facts: Facts, event: Counted) -> Decided:
    """What leaves of the version that an event tells, after those before it."""
    agreed = facts.contract(event.contract)
    return decide(agreed.terms.measures if agreed else (), said(event), _left(facts, event).returns)


def _disclosed(facts: Facts, event: Counted) -> DisclosedFact:
    returns = _left(facts, event).returns
    return DisclosedFact(returns={**returns, event.period: decided(facts, event)})


def _left(facts: Facts, event: Counted) -> DisclosedFact:
    return facts.get(Key("disclosed", event.contract), DisclosedFact) or DisclosedFact()


def _partnership(fact: PartnershipFact | None, event: object) -> PartnershipFact | None:
    match event:
        case needs.PartnershipFormed():
            return PartnershipFact(
                partnership=event.partnership,
                name=event.name,
                lead=event.lead,
                members=event.members,
            )
        case needs.PartnerJoined() if fact:
            member = Member(agency=event.agency, kind=event.kind, name=event.name)
            return replace(fact, members=(*fact.members, member))
        case needs.PartnerLeft() if fact:
            left = tuple(member for member in fact.members if member.agency != event.agency)
            return replace(fact, members=left)
        case _:
            return fact


def _contract(fact: ContractFact | None, event: object) -> ContractFact | None:
    match event:
        case contracts.ContractSigned():
            return ContractFact(contract=event.contract, terms=event.terms)
        case contracts.ContractVaried() | contracts.ContractExtended() if fact:
            return replace(fact, terms=event.terms)
        case contracts.ContractTerminated() if fact:
            return replace(fact, status="terminated", ended_on=event.effective_on)
        case contracts.ContractCompleted() if fact:
            return replace(fact, status="completed", ended_on=event.effective_on)
        case _:
            return fact


def _fund(fact: FundFact | None, event: object) -> FundFact | None:
    match event:
        case contracts.AgreementSigned():
            fact = fact or FundFact(fund=event.fund, partnership=event.partnership, host=event.host)
            return replace(fact, name=event.name, host=event.host)
        case contracts.PooledFundOpened():
            year = FundYear(
                year=event.year,
                partners=event.partners,
                attribution_weights=event.attribution_weights,
            )
            fact = fact or FundFact(fund=event.fund, partnership=event.partnership, host=event.host)
            return replace(fact, host=event.host, years={**fact.years, event.year: year})
        case (
            contracts.RiskShareAgreed() | contracts.ContributionAgreed() | contracts.YearClosed()
        ) if fact and event.year in fact.years:
            after = _year(fact.years[event.year], event)
            return replace(fact, years={**fact.years, event.year: after})
        case _:
            return fact


def _year(
    year: FundYear,
    event: contracts.RiskShareAgreed | contracts.ContributionAgreed | contracts.YearClosed,
) -> FundYear:
    match event:
        case contracts.RiskShareAgreed():
            return replace(year, overspend_weights=event.overspend_weights)
        case contracts.ContributionAgreed():
            share = Share(partner=event.partner, pence=event.annual_pence)
            return replace(year, contributions=(*year.contributions, share))
        case contracts.YearClosed():
            return replace(year, closed=True)
