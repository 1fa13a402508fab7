"""A whole contracts service in memory, its ledger beside it: what it publishes is posted at once.

The ledger raises where its books would not balance; `agree` compares what both say.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from services.contracts.contracts import commands as contract_commands
from services.contracts.contracts.decider import CONTRACTS
from services.contracts.contracts.signing import committed_terms
from services.contracts.contracts.state import Contract, Signed
from services.contracts.pooled_funds import commands as fund_commands
from services.contracts.pooled_funds.costs import CostEvent, FundCostRow
from services.contracts.pooled_funds.costs import after as after_cost
from services.contracts.pooled_funds.decider import POOLED_FUNDS
from services.contracts.pooled_funds.state import Fund, Opened
from services.contracts.reactions import charge, free, fund_year
from services.gateway.ledgers import accounts
from services.gateway.ledgers.book import FundBook, LedgerEvent
from services.gateway.ledgers.views import post
from shared.eventsourcing.commands import Command
from shared.eventsourcing.events import Envelope, Event, Meta, Recorded
from shared.eventsourcing.handle import Step
from shared.published.terms import ContractTerms
from tests.contracts.parts import DRAFT, NOW

IDS = UUID("00000000-0000-4000-8000-000000000000")
FUND = "f1"
PARTNERS = ("icb", "council", "police")


class Desk:
    """One fund, and contracts on it."""

    def __init__(self) -> None:
        self.now = NOW
        self.states: dict[str, Any] = {}
        self.log: list[Event] = []
        self.book = FundBook(fund=FUND)
        self.costs = FundCostRow(fund=FUND)

    def do(self, *steps: Step) -> None:
        """All or nothing; then what the service does of itself. Raises the first refusal."""
        decided = [(step, step.decider.decide(step.command, self.state(step))) for step in steps]
        for step, events in decided:
            for event in events:
                self._append(step, event)
        for _, events in decided:
            for event in events:
                recorded = self._recorded(event)
                for reaction in (*charge(recorded), *free(recorded)):
                    self.do(reaction)

    def state(self, step: Step) -> Any:
        return self.states.get(step.decider.stream(step.subject), step.decider.initial)

    def _append(self, step: Step, event: Event) -> None:
        self.log.append(event)
        stream = step.decider.stream(step.subject)
        self.states[stream] = step.decider.evolve(self.state(step), event)
        if event.published and isinstance(event, LedgerEvent):
            self.book, _ = post(self.book, event)
        if isinstance(event, CostEvent):
            self.costs = after_cost(self.costs, event)

    def _recorded(self, event: Event) -> Recorded:
        envelope = Envelope(
            position=len(self.log), publication=None, epoch=1, stream="", version=1, type="",
            event_id=uuid5(IDS, str(len(self.log))), command_id=IDS, partition_key="", body=b"",
            meta=Meta(), effective_on=self.now.date(), recorded_at=self.now,
        )  # fmt: skip
        return Recorded(event, envelope)

    # -- what the doors do

    def contract(self, contract: str, command: Command) -> None:
        self.do(Step(CONTRACTS, contract, command))

    def fund(self, year: str, command: Command) -> None:
        self.do(Step(POOLED_FUNDS, fund_year(FUND, year), command))

    def year(self, year: str) -> Opened:
        state: Fund = self.states[POOLED_FUNDS.stream(fund_year(FUND, year))]
        assert isinstance(state, Opened)
        return state

    def signed(self, contract: str = "k1") -> Signed:
        state: Contract = self.states[CONTRACTS.stream(contract)]
        assert isinstance(state, Signed)
        return state

    def years(self) -> dict[str, Opened]:
        return {
            state.opened.year: state for state in self.states.values() if isinstance(state, Opened)
        }

    def contracts(self) -> dict[str, Signed]:
        return {s.contract: s for s in self.states.values() if isinstance(s, Signed)}

    def open_year(
        self, year: str, weights: tuple[int, ...] = (5, 3, 1), *, aligned: bool = False
    ) -> None:
        signed = self.contracts()
        promised = {key: s.books.committed.get(year, 0) for key, s in signed.items()}
        command = fund_commands.OpenYear(
            fund=FUND, year=year, partnership="p1", host="icb", partners=PARTNERS,
            attribution_weights=weights, promised=promised, aligned=aligned, now=self.now,
        )  # fmt: skip
        telling = [
            Step(
                CONTRACTS,
                key,
                contract_commands.OpenFundYear(
                    year=year, reserved_pence=promised[key], now=self.now
                ),
            )
            for key in sorted(signed)
        ]
        self.do(Step(POOLED_FUNDS, fund_year(FUND, year), command), *telling)

    def agree_contributions(self, year: str, pence: tuple[int, ...]) -> None:
        for partner, annual in zip(PARTNERS, pence, strict=True):
            command = fund_commands.AgreeContribution(
                partner=partner, partner_kind="council", annual_pence=annual,
                legal_basis="section-10", ring_fence="", now=self.now,
            )  # fmt: skip
            self.fund(year, command)

    def sign(self, contract: str, terms: ContractTerms) -> None:
        draft: dict[str, Any] = {"contract": contract, "annual_price_pence": 10**12}
        fields: dict[str, Any] = {name: getattr(DRAFT, name) for name in DRAFT.__struct_fields__}
        self.contract(contract, contract_commands.DraftContract(**(fields | draft)))
        years = self.years()
        open_years = frozenset(y for y, state in years.items() if state.status == "open")
        sign = contract_commands.SignContract(
            terms=terms, open_years=open_years, signed_by="lea", now=self.now
        )
        wanted = committed_terms(terms).commitments
        reserving = [
            Step(
                POOLED_FUNDS,
                fund_year(FUND, year),
                fund_commands.ReserveCommitment(
                    contract=contract,
                    amount_pence=wanted[year],
                    spending=terms.spending,
                    commissioner=terms.commissioner,
                    now=self.now,
                ),
            )
            for year in sorted(wanted)
            if year in open_years
        ]
        self.do(Step(CONTRACTS, contract, sign), *reserving)

    def prepare_close(self, year: str) -> None:
        signed = frozenset(self.contracts())
        prepare = fund_commands.PrepareClose(contracts=signed, prepared_by="fin", now=self.now)
        freezing = [
            Step(CONTRACTS, key, contract_commands.FreezeFundYear(year=year, now=self.now))
            for key in sorted(signed)
        ]
        self.do(Step(POOLED_FUNDS, fund_year(FUND, year), prepare), *freezing)

    def close(self, year: str) -> None:
        costs = self.costs.element_costs(year)
        self.fund(year, fund_commands.CloseYear(costs=costs, approved_by="fay", now=self.now))

    def advance(self, now: datetime) -> None:
        """Time passes, and every instalment due by then is certified."""
        self.now = max(now, self.now)
        for key in self.contracts():
            self.contract(key, contract_commands.CertifyDue(now=self.now))

    def agree(self) -> None:
        """The service's own figures are the ledger's, to the penny."""
        for year, state in self.years().items():
            book = self.book.years[year]
            if state.status != "closed":
                assert state.available_pence == -book.balance(accounts.AVAILABLE)
            assert state.cost_pence == book.total(accounts.EXPENSES)
            for contract, pence in state.reserved.items():
                assert pence == -book.balance(accounts.commitment(contract))
            assert self.costs.element_costs(year) == self.book.element_costs(year)
        for key, contract in self.contracts().items():
            books = contract.books
            assert books.payable_pence == -self.book.balance(accounts.payable(key))
            assert books.withheld_pence == -self.book.balance(accounts.withheld(key))
            for year, state in self.years().items():
                assert books.committed.get(year, 0) == state.reserved.get(key, 0)
