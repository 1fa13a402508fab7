"""The rules of certificates: what the calendar and the accepted returns make due.

Law: certifying what is due twice certifies it once; a reversal negates exactly what was charged.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from services.contracts.contracts import earning, prices
from services.contracts.contracts.commands import (
    CertifyDue,
    FreezeFundYear,
    HearReturn,
    OpenFundYear,
    ThawFundYear,
)
from services.contracts.contracts.events import (
    CertificateBasisChanged,
    ContractEvent,
    CostCharged,
    FundYearFrozen,
    FundYearsOpened,
    FundYearThawed,
    ReturnHeard,
)
from services.contracts.contracts.money import Heard
from services.contracts.contracts.refusals import (
    TermsMoved,
    YearFrozen,
)
from services.contracts.contracts.state import Signed, after
from shared.eventsourcing.clock import london_date
from shared.published.contracts import (
    AccrualReversed,
    CertificationReversed,
    CommitmentReleased,
    InvoiceReceived,
    PaymentCertified,
    WithholdingReleased,
)
from shared.published.terms import Element, FinancialYear, MeasureId, Mechanism, Period
from shared.values.quarters import first_day, last_day, year_of
from shared.values.shares import split
from shared.values.working_days import end_of_day_london

Events = Sequence[ContractEvent]
FundYearCommand = OpenFundYear | FreezeFundYear | ThawFundYear


def then(contract: Signed, events: Iterable[ContractEvent]) -> Signed:
    """The contract as it will be, for what is decided next in the same breath."""
    for event in events:
        contract = after(contract, event)
    return contract


def posting_year(contract: Signed, year: FinancialYear) -> FinancialYear | None:
    """Where cost of a year posts: there, or if it is closed in the next open one; or not yet."""
    if year in contract.posting_years:
        return year
    if year not in contract.frozen_years:
        return None
    return min((y for y in contract.posting_years if y > year), default=None)


def charge(
    contract: Signed, year: FinancialYear, element: Element, reference: str, cost_pence: int
) -> CostCharged:
    """Uses what was promised first, like the ledger."""
    promised = max(0, contract.books.committed.get(year, 0))
    return CostCharged(
        contract=contract.contract,
        fund=contract.terms.fund,
        year=year,
        element=element,
        reference=reference,
        cost_pence=cost_pence,
        of_commitment_pence=min(cost_pence, promised),
    )


def uncharge(contract: Signed, year: FinancialYear, reference: str) -> CostCharged:
    """Negates a charge exactly, in the year that takes it."""
    made = contract.books.charges[reference]
    return CostCharged(
        contract=contract.contract,
        fund=contract.terms.fund,
        year=year,
        element=made.element,
        reference=reference,
        cost_pence=-made.cost_pence,
        of_commitment_pence=-made.of_commitment_pence,
    )


def certify_due(contract: Signed, now: datetime) -> list[ContractEvent]:
    """Everything due by now and not certified: instalments by date, returns by their figures."""
    found: list[ContractEvent] = []
    for period in due_instalments(contract, now):
        found += _instalment(then(contract, found), period, now)
    for period in sorted(contract.returns):
        found += _from_return(then(contract, found), period, now)
    return found


def due_instalments(contract: Signed, now: datetime) -> list[Period]:
    """The periods whose instalment day is over, in order."""
    return [
        period
        for year in sorted(contract.payments)
        for period in _instalments_in(contract, year)
        if end_of_day_london(min(last_day(period), contract.ends_on)) <= now
    ]


def _instalments_in(contract: Signed, year: FinancialYear) -> tuple[Period, ...]:
    frequency = prices.instalments(contract.payments[year])
    if frequency is None:
        return ()
    return prices.periods_in(year, frequency, contract.terms.starts_on, contract.ends_on)


def _instalment(contract: Signed, period: Period, now: datetime) -> Events:
    """The period's part of what the year still owes by the calendar."""
    year = year_of(period)
    posting = posting_year(contract, year)
    payment = contract.payments[year]
    element = prices.fixed_element(payment)
    done = {
        c.period: c.net_pence
        for c in contract.books.standing.values()
        if c.element == element and year_of(c.period) == year
    }
    if posting is None or period in done:
        return []
    left = [p for p in _instalments_in(contract, year) if p not in done]
    owed = max(0, fixed_pence(contract, year, payment) - sum(done.values()))
    parts = prices.weights(left, contract.terms.starts_on, contract.ends_on)
    day = min(last_day(period), contract.ends_on)
    on = day if posting == year else london_date(now)
    due = earning.Due(net_pence=split(owed, parts)[0])
    return _certify(contract, element, period, due, 0, posting, on)


def fixed_pence(contract: Signed, year: FinancialYear, payment: Mechanism) -> int:
    """What the calendar pays in a year, by days where the contract ended early."""
    terms = contract.terms
    annual = prices.fixed_annual_pence(payment)
    part = prices.in_year(annual, year, terms.starts_on, terms.ends_on)
    return prices.served(part, year, terms.starts_on, terms.ends_on, contract.ends_on)


def _from_return(contract: Signed, period: Period, now: datetime) -> Events:
    """Certifies a period's figures, or reverses and certifies again where they were restated; where
    more of the same figures was accepted, certifies what that adds.

    A period that begins after the contract ended earns nothing.
    """
    heard = contract.returns[period]
    element = earning.element_earned(contract, period)
    if element is None or first_day(period) > contract.ends_on:
        return []
    standing = {
        key: c
        for key, c in contract.books.standing.items()
        if c.period == period and c.element == element
    }
    posting = posting_year(contract, year_of(period))
    known = {(c.return_version, c.measures) for c in standing.values()}
    if posting is None or (heard.version, heard.measures) in known:
        return []
    if heard.measures and not earning.pays_for(contract, period, heard.measures):
        return []
    on = london_date(now)
    found: list[ContractEvent] = []
    for name, certificate in standing.items():
        if certificate.return_version != heard.version:
            found += _reverse(then(contract, found), name, heard.version, on)
    contract = then(contract, found)
    due = earning.due_on_return(contract, period, element)
    found += _certify(contract, element, period, due, heard.version, posting, on, heard.measures)
    return found


def _reverse(contract: Signed, name: str, version: int, on: date) -> Events:
    """Gives back what is withheld of it, negates it, and marks that its basis changed."""
    certificate = contract.books.certificates[name]
    year = posting_year(contract, certificate.year) or certificate.year
    released = [
        WithholdingReleased(
            contract=contract.contract,
            fund=contract.terms.fund,
            year=certificate.year,
            withholding=key,
            amount_pence=kept.left_pence,
            effective_on=on,
        )
        for key, kept in contract.books.withholdings.items()
        if kept.certificate == name and kept.left_pence
    ]
    reversed = CertificationReversed(
        contract=contract.contract,
        fund=contract.terms.fund,
        year=year,
        certificate=name,
        amount_pence=certificate.net_pence,
        effective_on=on,
    )
    changed = CertificateBasisChanged(
        certificate=name, period=certificate.period, return_version=version
    )
    return [*released, reversed, uncharge(contract, year, name), changed]


def _certify(
    contract: Signed,
    element: Element,
    period: Period,
    due: earning.Due,
    version: int,
    year: FinancialYear,
    on: date,
    measures: tuple[MeasureId, ...] = (),
) -> Events:
    """The certificate and its charge, after the accrual it replaces has been reversed; and where
    the fund bills itself, the invoice.
    """
    found = _end_accruals(contract, element, period, on)
    contract = then(contract, found)
    before = [
        c
        for c in contract.books.certificates.values()
        if (c.element, c.period) == (element, period)
    ]
    name = f"{contract.contract}:{period}:{element.lower()}:{len(before) + 1}"
    vat = contract.terms.vat
    certified = PaymentCertified(
        contract=contract.contract,
        fund=contract.terms.fund,
        year=year,
        certificate=name,
        element=element,
        amount_pence=due.net_pence,
        vat_pence=prices.vat_pence(due.net_pence, vat, on),
        capped_pence=due.capped_pence,
        co_paid_pence=due.co_paid_pence,
        period=period,
        return_version=version,
        effective_on=on,
        measures=measures,
    )
    cost = prices.cost_pence(due.net_pence, vat, on)
    charged = charge(contract, year, element, name, cost)
    return [*found, certified, charged, *_self_billed(contract, certified)]


def _self_billed(contract: Signed, certified: PaymentCertified) -> Events:
    """The invoice has the certificate's name; a certificate of nothing has no invoice."""
    if not contract.terms.self_billing or not certified.amount_pence:
        return []
    return [
        InvoiceReceived(
            contract=contract.contract,
            invoice=certified.certificate,
            net_pence=certified.amount_pence,
            vat_pence=certified.vat_pence,
            period=certified.period,
            received_on=certified.effective_on,
            self_billed=True,
        )
    ]


def _end_accruals(
    contract: Signed, element: Element, period: Period, on: date
) -> list[ContractEvent]:
    found: list[ContractEvent] = []
    for key, accrual in contract.books.accruals.items():
        if (accrual.element, accrual.period, accrual.status) == (element, period, "accrued"):
            posted = contract.books.charges[key].year
            year = posting_year(contract, posted) or posted
            found.append(
                AccrualReversed(
                    contract=contract.contract,
                    fund=contract.terms.fund,
                    year=year,
                    accrual=key,
                    amount_pence=accrual.amount_pence,
                    effective_on=on,
                )
            )
            found.append(uncharge(contract, year, key))
    return found


def certify(command: CertifyDue, contract: Signed) -> Events:
    return certify_due(contract, command.now)


def hear_return(command: HearReturn, contract: Signed) -> Events:
    """Figures known already change nothing."""
    known = contract.returns.get(command.period)
    if known is not None and not _tells_more(command, known):
        return []
    heard = ReturnHeard(
        period=command.period,
        version=command.version,
        readings=command.readings,
        measures=command.measures,
    )
    return [heard, *certify_due(after(contract, heard), command.now)]


def _tells_more(command: HearReturn, known: Heard) -> bool:
    """A later version, or of the same one more measures, or at last all of them."""
    if command.version != known.version:
        return command.version > known.version
    return bool(known.measures) and (
        not command.measures or set(command.measures) > set(known.measures)
    )


def fund_year(command: FundYearCommand, contract: Signed) -> Events:
    """What the fund's year does to the contract. Refuses: TermsMoved, YearFrozen."""
    year = command.year
    match command:
        case OpenFundYear():
            if contract.books.committed.get(year, 0) != command.reserved_pence:
                raise TermsMoved
            opened = FundYearsOpened(years=(year,))
            return [opened, *certify_due(after(contract, opened), command.now)]
        case FreezeFundYear():
            if year in contract.frozen_years:
                raise YearFrozen
            on = min(london_date(command.now), last_day(year))
            released = release(contract, year, contract.books.committed.get(year, 0), on)
            return [*released, FundYearFrozen(year=year)]
        case ThawFundYear():
            return [FundYearThawed(year=year)] if year in contract.frozen_years else []


def release(contract: Signed, year: FinancialYear, pence: int, on: date) -> Events:
    """Gives up what is still promised for a year; nothing where nothing is."""
    if pence <= 0:
        return []
    released = CommitmentReleased(
        contract=contract.contract,
        fund=contract.terms.fund,
        year=year,
        amount_pence=pence,
        effective_on=on,
    )
    return [released]
