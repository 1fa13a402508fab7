"""The rules of what is agreed: signing, varying and extending.

Law: the years' commitments add up to the contract's value, and none falls below what is certified.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from msgspec.structs import replace

from services.contracts.contracts import prices
from services.contracts.contracts.certifying import certify_due, then
from services.contracts.contracts.commands import (
    ExtendContract,
    NewTarget,
    SignContract,
    VaryContract,
)
from services.contracts.contracts.earning import certified_in
from services.contracts.contracts.events import ContractEvent, FundYearsOpened, PriceVaried
from services.contracts.contracts.refusals import (
    AboveAward,
    BelowCertified,
    DatesReversed,
    MechanismChanged,
    MilestoneOutside,
    NotDrafted,
    NothingChanged,
    NotLater,
    NotRunning,
    ServiceCeases,
    TargetOutside,
    TargetTooEarly,
    TargetWrong,
    TermsMoved,
    UnknownMeasure,
    YearFrozen,
)
from services.contracts.contracts.standing import signable
from services.contracts.contracts.state import Contract, Drafted, Signed, evolve
from shared.eventsourcing.clock import london_date
from shared.published.contracts import ContractExtended, ContractSigned, ContractVaried
from shared.published.terms import (
    ContractTerms,
    FinancialYear,
    MeasureId,
    MeasureTerms,
    Mechanism,
    Milestones,
    Period,
    TargetFrom,
)
from shared.values.quarters import first_day, last_day

Events = Sequence[ContractEvent]
Changes = dict[FinancialYear, int]
WHOLE_PERCENT = Decimal(100)


def committed_terms(terms: ContractTerms) -> ContractTerms:
    """The terms with each financial year's value worked out, by days."""
    payments = prices.paid_each_year(terms.mechanism, terms.starts_on, terms.ends_on)
    by_year = prices.commitments(payments, terms.starts_on, terms.ends_on, terms.vat)
    return replace(terms, commitments=by_year)


def sign(command: SignContract, contract: Contract) -> Events:
    """Refuses: NotDrafted, ProviderSuspendedSince, ProviderExcluded, StandardsLapsed,
    DatesReversed, UnknownMeasure, MilestoneOutside, TargetOutside, AboveAward.
    """
    if not isinstance(contract, Drafted):
        raise NotDrafted
    signable(command.standing, london_date(command.now))
    terms = command.terms
    if terms.ends_on <= terms.starts_on:
        raise DatesReversed(pointer="/body/ends_on")
    _known_measures(terms, terms.mechanism)
    for place, measure in enumerate(terms.measures):
        for later in measure.targets:
            if not _within(later.from_period, terms.starts_on, terms.ends_on):
                raise TargetOutside(pointer=f"/body/measures/{place}/targets")
    if prices.annual_pence(terms.mechanism) > contract.drafted.annual_price_pence:
        raise AboveAward
    signed = ContractSigned(
        contract=contract.drafted.contract,
        terms=committed_terms(terms),
        signed_by=command.signed_by,
        effective_on=london_date(command.now),
    )
    opened = FundYearsOpened(years=tuple(sorted(command.open_years)))
    now_signed = evolve(evolve(contract, signed), opened)
    assert isinstance(now_signed, Signed)
    return [signed, opened, *certify_due(now_signed, command.now)]


def _known_measures(terms: ContractTerms, payment: Mechanism) -> None:
    known = {measure.measure for measure in terms.measures}
    if not known.issuperset(prices.measures_priced(payment)):
        raise UnknownMeasure(pointer="/body/payment")
    if isinstance(payment, Milestones):
        named = prices.measures_priced(payment)
        days = [one.due_on for one in payment.milestones]
        if len(set(named)) != len(named) or not (
            terms.starts_on <= min(days) and max(days) <= terms.ends_on
        ):
            raise MilestoneOutside(pointer="/body/payment")


def price_changes(contract: Signed, payment: Mechanism, from_year: FinancialYear) -> Changes:
    """What a new price changes in each year's value, signed, from a financial year on."""
    varied = {y: payment for y in contract.payments if y >= from_year}
    return _difference(contract, contract.payments | varied, contract.terms.ends_on)


def extension_changes(contract: Signed, ends_on: date) -> Changes:
    """What a later end changes in each year's value; new years pay what the last one did."""
    latest = contract.payments[max(contract.payments)]
    later = prices.paid_each_year(latest, contract.terms.starts_on, ends_on)
    return _difference(contract, later | contract.payments, ends_on)


def _difference(
    contract: Signed, payments: dict[FinancialYear, Mechanism], ends_on: date
) -> Changes:
    terms = contract.terms
    before = prices.commitments(contract.payments, terms.starts_on, terms.ends_on, terms.vat)
    later = prices.commitments(payments, terms.starts_on, ends_on, terms.vat)
    differences = {year: later[year] - before.get(year, 0) for year in later}
    return {year: pence for year, pence in differences.items() if pence}


def _as_worked_out(contract: Signed, command: VaryContract | ExtendContract) -> None:
    """Refuses TermsMoved where the caller reserved on other terms or years than there are."""
    if command.open_years != contract.posting_years:
        raise TermsMoved


def _running(contract: Signed) -> None:
    if contract.status != "running":
        raise NotRunning


def vary(command: VaryContract, contract: Signed) -> Events:
    """Refuses: NotRunning, NothingChanged, TermsMoved, then like a price variation, then like new
    targets.
    """
    _running(contract)
    if command.payment is None and command.monitoring_officer is None and not command.targets:
        raise NothingChanged
    _as_worked_out(contract, command)
    terms = contract.terms
    changes: Changes = {}
    if command.payment is not None:
        changes = _price_variation(contract, command.payment, command.from_year)
        terms = terms.paid_by(command.payment)
    if changes != command.changes:
        raise TermsMoved
    if command.monitoring_officer is not None:
        terms = replace(terms, monitoring_officer=command.monitoring_officer)
    if command.targets:
        terms = retargeted(terms, command.targets, london_date(command.now))
    varied = ContractVaried(
        contract=contract.contract,
        terms=_with_changes(terms, changes),
        commitment_changes=changes,
        reason=command.reason,
        varied_by=command.varied_by,
        effective_on=london_date(command.now),
    )
    if command.payment is None:
        return [varied]
    return [varied, PriceVaried(from_year=command.from_year, payment=command.payment)]


def _within(period: Period, starts_on: date, ends_on: date) -> bool:
    return first_day(period) <= ends_on and last_day(period) >= starts_on


def retargeted(terms: ContractTerms, targets: Sequence[NewTarget], today: date) -> ContractTerms:
    """The terms with new targets, each from its period on, in the place of all later ones.

    A period that has begun keeps its target, so nothing is judged again. Refuses: UnknownMeasure,
    TargetWrong, TargetOutside, TargetTooEarly.
    """
    known = {measure.measure: measure for measure in terms.measures}
    wanted: dict[MeasureId, list[TargetFrom]] = {}
    for place, new in enumerate(targets):
        at = f"/body/targets/{place}"
        measure = known.get(new.measure)
        if measure is None:
            raise UnknownMeasure(pointer=f"{at}/measure")
        _askable(measure, new.asked, at)
        if not _within(new.asked.from_period, terms.starts_on, terms.ends_on):
            raise TargetOutside(pointer=f"{at}/from_period")
        if first_day(new.asked.from_period) < today:
            raise TargetTooEarly(pointer=f"{at}/from_period")
        same = wanted.setdefault(new.measure, [])
        if any(first_day(o.from_period) == first_day(new.asked.from_period) for o in same):
            raise TargetOutside(pointer=f"{at}/from_period")
        same.append(new.asked)
    changed = tuple(
        replace(measure, targets=_after(measure.targets, wanted[measure.measure]))
        if measure.measure in wanted
        else measure
        for measure in terms.measures
    )
    return replace(terms, measures=changed)


def _askable(measure: MeasureTerms, asked: TargetFrom, at: str) -> None:
    if measure.direction == "neutral" or asked.target is None:
        raise TargetWrong(pointer=f"{at}/target")
    if measure.unit == "percent" and not 0 <= asked.target <= WHOLE_PERCENT:
        raise TargetWrong(pointer=f"{at}/target")


def _after(before: Sequence[TargetFrom], new: Sequence[TargetFrom]) -> tuple[TargetFrom, ...]:
    ordered = sorted(new, key=lambda one: first_day(one.from_period))
    first = first_day(ordered[0].from_period)
    return (*(one for one in before if first_day(one.from_period) < first), *ordered)


def _with_changes(terms: ContractTerms, changes: Changes) -> ContractTerms:
    years = terms.commitments.keys() | changes.keys()
    by_year = {
        year: terms.commitments.get(year, 0) + changes.get(year, 0) for year in sorted(years)
    }
    return replace(terms, commitments=by_year)


def _price_variation(contract: Signed, payment: Mechanism, from_year: FinancialYear) -> Changes:
    """Refuses: MechanismChanged, UnknownMeasure, MilestoneOutside, YearFrozen, BelowCertified."""
    was = contract.terms.mechanism
    if (type(payment), prices.instalments(payment)) != (type(was), prices.instalments(was)):
        raise MechanismChanged(pointer="/body/payment")
    _known_measures(contract.terms, payment)
    if any(year >= from_year for year in contract.frozen_years):
        raise YearFrozen
    changes = price_changes(contract, payment, from_year)
    terms = contract.terms
    for year, pence in changes.items():
        element = prices.fixed_element(payment)
        fixed = prices.in_year(
            prices.fixed_annual_pence(payment), year, terms.starts_on, terms.ends_on
        )
        if (
            contract.books.committed.get(year, 0) + pence < 0
            or certified_in(contract, element, year) > fixed
        ):
            raise BelowCertified
    return changes


def extend(command: ExtendContract, contract: Signed) -> Events:
    """Refuses: NotRunning, ServiceCeases, NotLater, TermsMoved, YearFrozen."""
    _running(contract)
    if contract.ending is not None and contract.ending.change == "cease":
        raise ServiceCeases
    if command.ends_on <= contract.ends_on:
        raise NotLater(pointer="/body/ends_on")
    _as_worked_out(contract, command)
    changes = extension_changes(contract, command.ends_on)
    if changes != command.changes:
        raise TermsMoved
    if any(year in contract.frozen_years for year in changes):
        raise YearFrozen
    terms = replace(contract.terms, ends_on=command.ends_on)
    extended = ContractExtended(
        contract=contract.contract,
        terms=_with_changes(terms, changes),
        commitment_changes=changes,
        extended_by=command.extended_by,
        effective_on=london_date(command.now),
    )
    return [extended, *certify_due(then(contract, [extended]), command.now)]
