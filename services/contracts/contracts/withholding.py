"""The rules of money kept back: for a case that was upheld, or for a return until it comes.

Law: nothing before sanctions are live, nothing beyond the clause and the cap, nothing for good but
under a clause that says so; with its reason gone, what was kept back is owed again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from services.contracts.contracts.certifying import posting_year
from services.contracts.contracts.commands import (
    ForfeitWithholding,
    HearArrival,
    HearCaseOver,
    HearOverdue,
    ReleaseWithholding,
    WithholdAmount,
)
from services.contracts.contracts.events import (
    ContractEvent,
    CostCharged,
    ReturnArrived,
    ReturnAwaited,
)
from services.contracts.contracts.money import Certificate, Withholding
from services.contracts.contracts.refusals import (
    AboveClause,
    AboveWithheld,
    FlagNotUpheld,
    InAnotherPayment,
    NoForfeitureClause,
    NotOneReason,
    NoWithholdingClause,
    ReturnNotAwaited,
    SanctionsNotLive,
    UnknownCertificate,
    UnknownWithholding,
    YearFrozen,
)
from services.contracts.contracts.state import Signed
from shared.eventsourcing.clock import london_date
from shared.published.contracts import (
    AmountWithheld,
    WithholdingForfeited,
    WithholdingReleased,
)
from shared.published.terms import Clause, ContractTerms
from shared.values.shares import portion

Events = Sequence[ContractEvent]


def withhold(command: WithholdAmount, contract: Signed) -> Events:
    """Keeps back basis points of a certificate's net sum, rounded down.

    Refuses: NotOneReason, NoWithholdingClause, SanctionsNotLive, FlagNotUpheld, ReturnNotAwaited,
    UnknownCertificate, InAnotherPayment, AboveClause.
    """
    if bool(command.flag) == bool(command.period):
        raise NotOneReason(pointer="/body/flag")
    clause = _clause(command, contract.terms)
    on = london_date(command.now)
    _live(contract.terms, on)
    if command.flag and not command.flag_upheld:
        raise FlagNotUpheld
    if command.period and command.period not in contract.awaited:
        raise ReturnNotAwaited
    certificate = contract.books.standing.get(command.certificate)
    if certificate is None:
        raise UnknownCertificate
    if certificate.payment:
        raise InAnotherPayment
    amount = portion(certificate.net_pence, command.basis_points)
    if amount == 0 or amount > _most(command, contract, certificate, clause):
        raise AboveClause(pointer="/body/basis_points")
    withheld = AmountWithheld(
        contract=contract.contract,
        fund=contract.terms.fund,
        year=certificate.year,
        withholding=command.withholding,
        certificate=command.certificate,
        amount_pence=amount,
        clause=clause.clause,
        flag=command.flag,
        period=command.period,
        effective_on=on,
    )
    return [withheld]


def _clause(command: WithholdAmount, terms: ContractTerms) -> Clause:
    """Refuses: NoWithholdingClause."""
    late = terms.case.late_return if terms.case else None
    clause = late if command.period else terms.withholding
    if clause is None:
        raise NoWithholdingClause
    return clause


def _live(terms: ContractTerms, on: date) -> None:
    """Refuses: SanctionsNotLive."""
    if terms.sanctions_live_on is None or on < terms.sanctions_live_on:
        raise SanctionsNotLive


def _most(
    command: WithholdAmount, contract: Signed, certificate: Certificate, clause: Clause
) -> int:
    """What may still be kept back: of the clause for this reason, of the cap for all together.

    A part of a month's sum each month is the same part of the certificate for those months.
    """
    net = certificate.net_pence
    for_this = sum(
        kept.left_pence + kept.forfeited_pence
        for kept in contract.books.withholdings.values()
        if (kept.certificate, kept.flag, kept.period)
        == (command.certificate, command.flag, command.period)
    )
    for_all = certificate.withheld_pence + certificate.forfeited_pence
    case = contract.terms.case
    cap = case.withholding_cap if case and case.withholding_cap else clause
    return min(
        portion(net, clause.basis_points) - for_this,
        portion(net, cap.basis_points) - for_all,
        certificate.owed_pence,
    )


def _kept(contract: Signed, name: str, amount_pence: int) -> Withholding:
    """Refuses: UnknownWithholding, AboveWithheld."""
    kept = contract.books.withholdings.get(name)
    if kept is None or kept.left_pence == 0:
        raise UnknownWithholding
    if not 0 < amount_pence <= kept.left_pence:
        raise AboveWithheld(pointer="/body/amount_pence")
    return kept


def release_withholding(command: ReleaseWithholding, contract: Signed) -> Events:
    """It is owed again. Refuses: UnknownWithholding, AboveWithheld, InAnotherPayment."""
    kept = _kept(contract, command.withholding, command.amount_pence)
    if contract.books.certificates[kept.certificate].payment:
        raise InAnotherPayment
    on = london_date(command.now)
    return [_released(contract, command.withholding, kept, command.amount_pence, on)]


def _released(
    contract: Signed, name: str, kept: Withholding, amount_pence: int, on: date
) -> WithholdingReleased:
    return WithholdingReleased(
        contract=contract.contract,
        fund=contract.terms.fund,
        year=kept.year,
        withholding=name,
        amount_pence=amount_pence,
        effective_on=on,
    )


def _all_released(
    contract: Signed, withholdings: Iterable[tuple[str, Withholding]], on: date
) -> list[ContractEvent]:
    """What is left of each. A payment prepared meanwhile is refused at its approval, for its sum
    has changed.
    """
    return [
        _released(contract, name, kept, kept.left_pence, on)
        for name, kept in withholdings
        if kept.left_pence
    ]


def hear_overdue(command: HearOverdue, contract: Signed) -> Events:
    if command.period in contract.awaited:
        return []
    return [ReturnAwaited(period=command.period)]


def hear_arrival(command: HearArrival, contract: Signed) -> Events:
    """Kept back until it came, and it has come: nobody has to ask."""
    if command.period not in contract.awaited:
        return []
    late = [
        (name, kept)
        for name, kept in contract.books.withholdings.items()
        if kept.period == command.period
    ]
    on = london_date(command.now)
    return [ReturnArrived(period=command.period), *_all_released(contract, late, on)]


def hear_case_over(command: HearCaseOver, contract: Signed) -> Events:
    """What was not forfeited while the case ran is owed again once it is over."""
    of_case = [
        (name, kept)
        for name, kept in contract.books.withholdings.items()
        if kept.flag == command.flag
    ]
    return _all_released(contract, of_case, london_date(command.now))


def forfeit_withholding(command: ForfeitWithholding, contract: Signed) -> Events:
    """The cost goes down for good, in the open year. Refuses: UnknownWithholding, AboveWithheld,
    NoForfeitureClause, SanctionsNotLive, YearFrozen.
    """
    kept = _kept(contract, command.withholding, command.amount_pence)
    clause = _forfeiture(contract.terms, kept)
    on = london_date(command.now)
    _live(contract.terms, on)
    year = posting_year(contract, kept.year)
    if year is None:
        raise YearFrozen
    forfeited = WithholdingForfeited(
        contract=contract.contract,
        fund=contract.terms.fund,
        year=year,
        withholding=command.withholding,
        certificate=kept.certificate,
        amount_pence=command.amount_pence,
        clause=clause.clause,
        effective_on=on,
    )
    back = CostCharged(
        contract=contract.contract,
        fund=contract.terms.fund,
        year=year,
        element=contract.books.certificates[kept.certificate].element,
        reference=command.withholding,
        cost_pence=-command.amount_pence,
        of_commitment_pence=0,
    )
    return [forfeited, back]


def _forfeiture(terms: ContractTerms, kept: Withholding) -> Clause:
    """A late return's part always goes back; terms without a case forfeit under their one clause.

    Refuses: NoForfeitureClause.
    """
    clause = terms.case.forfeiture if terms.case else terms.withholding
    if clause is None or kept.period:
        raise NoForfeitureClause
    return clause
