"""Events of an invented fund, with fixed dates and ids, and the books they make.

Law: nothing here posts or splits; what a test expects, it states.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from uuid import UUID

import msgspec

from services.gateway.ledgers.book import FundBook, LedgerEvent
from services.gateway.ledgers.transactions import PostingLine
from services.gateway.ledgers.views import FUND_BOOKS
from shared.eventsourcing.events import Envelope, Meta, Recorded, type_of
from shared.eventsourcing.views import parted
from shared.published import contracts as c
from shared.published.terms import Block, Clause, ContractTerms, Element, LegalBasis, Share

FUND = "F2"
YEAR = "2025/26"
NEXT = "2026/27"
PARTNERS = ("Alder", "Birch", "Cedar")
WEIGHTS = (50, 30, 20)
START = date(2025, 4, 1)
CLOSE = date(2026, 3, 31)


def opened(year: str = YEAR, weights: tuple[int, ...] = WEIGHTS) -> c.PooledFundOpened:
    return c.PooledFundOpened(
        fund=FUND,
        year=year,
        partnership="P1",
        host="Alder",
        partners=PARTNERS,
        attribution_weights=weights,
        effective_on=date(int(year[:4]), 4, 1),
    )


def risk_shared(
    weights: tuple[int, ...] = (40, 40, 20), limit: int = 200, year: str = YEAR
) -> c.RiskShareAgreed:
    return c.RiskShareAgreed(
        fund=FUND,
        year=year,
        overspend_weights=weights,
        carry_forward_limit_basis_points=limit,
        effective_on=START,
    )


def agreed(
    partner: str, pence: int, fence: str = "", year: str = YEAR, basis: LegalBasis = "section-75"
) -> c.ContributionAgreed:
    return c.ContributionAgreed(
        fund=FUND,
        year=year,
        partner=partner,
        annual_pence=pence,
        legal_basis=basis,
        ring_fence=fence,
        effective_on=START,
    )


def invoiced(partner: str, pence: int, year: str = YEAR) -> c.ContributionInvoiced:
    return c.ContributionInvoiced(
        fund=FUND,
        year=year,
        partner=partner,
        period="2025-26-Q1",
        amount_pence=pence,
        effective_on=START,
    )


def received(partner: str, pence: int, year: str = YEAR) -> c.ContributionReceived:
    return c.ContributionReceived(
        fund=FUND,
        year=year,
        partner=partner,
        amount_pence=pence,
        reference=f"R-{partner}",
        effective_on=START,
    )


def brought(partner: str, pence: int, year: str = YEAR) -> c.BalanceBroughtForward:
    return c.BalanceBroughtForward(
        fund=FUND, year=year, partner=partner, amount_pence=pence, effective_on=START
    )


def terms(commitments: dict[str, int], fund: str = FUND, spending: str = "") -> ContractTerms:
    clause = Clause(clause="12.1")
    return ContractTerms(
        kind="contract",
        partnership="P1",
        commissioner="Alder",
        provider="Rowan",
        fund=fund,
        specification="S1",
        award="A1",
        title="Speech and language therapy",
        starts_on=START,
        ends_on=date(2028, 3, 31),
        commitments=commitments,
        payment=Block(annual_pence=1),
        outcomes=(),
        measures=(),
        monitoring_officer="O1",
        review=clause,
        termination=clause,
        spending=spending,
    )


def signed(
    commitments: dict[str, int], contract: str = "K9", spending: str = ""
) -> c.ContractSigned:
    return c.ContractSigned(
        contract=contract,
        terms=terms(commitments, spending=spending),
        signed_by="O2",
        effective_on=START,
    )


def with_vat(event: c.ContractSigned, recoverable: bool) -> c.ContractSigned:
    vat = "standard-recoverable" if recoverable else "standard-irrecoverable"
    return msgspec.structs.replace(event, terms=msgspec.structs.replace(event.terms, vat=vat))


def certified(
    certificate: str,
    pence: int,
    contract: str = "K9",
    element: Element = "Block",
    year: str = YEAR,
    vat: int = 0,
) -> c.PaymentCertified:
    return c.PaymentCertified(
        contract=contract,
        fund=FUND,
        year=year,
        certificate=certificate,
        element=element,
        amount_pence=pence,
        vat_pence=vat,
        period="2025-26-Q1",
        effective_on=date(2025, 6, 30),
    )


def unmade(
    certificate: str, pence: int, year: str = YEAR, contract: str = "K9"
) -> c.CertificationReversed:
    return c.CertificationReversed(
        contract=contract,
        fund=FUND,
        year=year,
        certificate=certificate,
        amount_pence=pence,
        effective_on=date(2025, 9, 30),
    )


def accrued(accrual: str, pence: int, contract: str = "K9") -> c.ExpenditureAccrued:
    return c.ExpenditureAccrued(
        contract=contract,
        fund=FUND,
        year=YEAR,
        accrual=accrual,
        element="Activity",
        amount_pence=pence,
        period="2025-26-Q1",
        proposed_by="O3",
        approved_by="O4",
        effective_on=date(2025, 6, 30),
    )


def unaccrued(accrual: str, pence: int, contract: str = "K9") -> c.AccrualReversed:
    return c.AccrualReversed(
        contract=contract,
        fund=FUND,
        year=YEAR,
        accrual=accrual,
        amount_pence=pence,
        effective_on=date(2025, 7, 20),
    )


def paid(payment: str, pence: int, contract: str = "K9", year: str = YEAR) -> c.PaymentMade:
    return c.PaymentMade(
        contract=contract,
        fund=FUND,
        year=year,
        payment=payment,
        certificates=(),
        amount_pence=pence,
        prepared_by="O3",
        approved_by="O4",
        effective_on=date(2025, 7, 31),
    )


def kept_back(withholding: str, certificate: str, pence: int) -> c.AmountWithheld:
    return c.AmountWithheld(
        contract="K9",
        fund=FUND,
        year=YEAR,
        withholding=withholding,
        certificate=certificate,
        amount_pence=pence,
        clause="9.2",
        effective_on=date(2025, 7, 1),
    )


def given_up(withholding: str, pence: int, year: str = YEAR) -> c.WithholdingReleased:
    return c.WithholdingReleased(
        contract="K9",
        fund=FUND,
        year=year,
        withholding=withholding,
        amount_pence=pence,
        effective_on=date(2025, 10, 1),
    )


def forfeited(withholding: str, certificate: str, pence: int) -> c.WithholdingForfeited:
    return c.WithholdingForfeited(
        contract="K9",
        fund=FUND,
        year=YEAR,
        withholding=withholding,
        certificate=certificate,
        amount_pence=pence,
        effective_on=date(2025, 10, 1),
    )


def let_go(pence: int, contract: str = "K9", year: str = YEAR) -> c.CommitmentReleased:
    return c.CommitmentReleased(
        contract=contract, fund=FUND, year=year, amount_pence=pence, effective_on=CLOSE
    )


def trued_up(
    changes: Sequence[int], contract: str = "K9", element: Element = "Block"
) -> c.CostTruedUp:
    return c.CostTruedUp(
        fund=FUND,
        year=YEAR,
        contract=contract,
        element=element,
        changes=shares(changes),
        effective_on=CLOSE,
    )


def shares(pence: Sequence[int], partners: Sequence[str] = PARTNERS) -> tuple[Share, ...]:
    return tuple(Share(partner=p, pence=n) for p, n in zip(partners, pence, strict=True))


def closed(result: int, year: str = YEAR) -> c.YearClosed:
    return c.YearClosed(
        fund=FUND,
        year=year,
        result_pence=result,
        closed_by="O3",
        approved_by="O4",
        effective_on=CLOSE,
    )


def borne(pence: Sequence[int]) -> c.RiskShareSettled:
    return c.RiskShareSettled(fund=FUND, year=YEAR, shares=shares(pence), effective_on=CLOSE)


def carried(pence: Sequence[int]) -> c.UnderspendCarriedForward:
    return c.UnderspendCarriedForward(
        fund=FUND, year=YEAR, shares=shares(pence), effective_on=CLOSE
    )


def due_back(pence: Sequence[int]) -> c.UnderspendReturned:
    return c.UnderspendReturned(
        fund=FUND, year=YEAR, shares=shares(pence), step="due", effective_on=CLOSE
    )


def paid_back(pence: Sequence[int]) -> c.UnderspendReturned:
    return c.UnderspendReturned(
        fund=FUND, year=YEAR, shares=shares(pence), step="paid", effective_on=date(2026, 4, 30)
    )


def contributions(*pence: int) -> list[LedgerEvent]:
    """Agreed, invoiced and received in full, in the order of the partners."""
    steps = (agreed, invoiced, received)
    return [step(p, n) for step in steps for p, n in zip(PARTNERS, pence, strict=True)]


def event_id(number: int) -> UUID:
    return UUID(int=number)


def recorded(event: LedgerEvent, number: int = 1) -> Recorded:
    return Recorded(
        event,
        Envelope(
            position=number,
            publication=number,
            epoch=1,
            stream="pooled_fund/F2-2025-26",
            version=number,
            type=type_of(type(event)),
            event_id=event_id(number),
            command_id=event_id(number),
            partition_key=FUND,
            body=b"",
            meta=Meta(),
            effective_on=START,
            recorded_at=datetime(2025, 4, 1, 9, tzinfo=UTC),
        ),
    )


class Books:
    """A fund's books, and every line posted in them, one event after another."""

    def __init__(self, events: Iterable[LedgerEvent] = ()) -> None:
        self.book: FundBook | None = None
        self.lines: list[PostingLine] = []
        self.count = 0
        self.post(*events)

    def post(self, *events: LedgerEvent) -> Books:
        for event in events:
            self.count += 1
            row, lines = parted(FUND_BOOKS.fold(self.book, recorded(event, self.count)))
            self.book = row
            self.lines += [line for line in lines if isinstance(line, PostingLine)]
        return self

    @property
    def fund(self) -> FundBook:
        assert self.book is not None
        return self.book

    def balance(self, account: str, year: str = YEAR) -> int:
        return self.fund.year(year).balance(account)

    def balances(self, until: date, year: str = YEAR) -> dict[str, int]:
        """From the lines alone, on their own effective dates."""
        found: dict[str, int] = {}
        for line in self.lines:
            if line.year == year and line.effective_on <= until:
                found[line.account] = found.get(line.account, 0) + line.amount_pence
        return found


def tame_year() -> Books:
    """Open, funded with £10,000 and £1,200 committed to K9."""
    return Books([opened(), risk_shared(), *contributions(500_000, 300_000, 200_000)]).post(
        signed({YEAR: 120_000})
    )
