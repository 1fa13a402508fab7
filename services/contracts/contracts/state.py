"""The states of a contract, and how facts move it through them. Its money is in `money`."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec
from msgspec.structs import replace

from services.contracts.contracts.events import (
    ContractDrafted,
    ContractEvent,
    ContractHandedOver,
    FundYearFrozen,
    FundYearsOpened,
    FundYearThawed,
    ImpactAssessed,
    LifeEvent,
    MoneyEvent,
    NoticeBasisChanged,
    PaymentTurnedDown,
    PriceVaried,
    ReturnArrived,
    ReturnAwaited,
    ReturnHeard,
)
from services.contracts.contracts.money import (
    Books,
    Heard,
    Notice,
    State,
    Status,
    after_money,
)
from services.contracts.contracts.prices import paid_each_year
from shared.published.contracts import (
    CommitmentReleased,
    ContractCompleted,
    ContractExtended,
    ContractSigned,
    ContractTerminated,
    ContractVaried,
    EndConfirmed,
    EndProposed,
    InvoiceDisputed,
    InvoiceDisputeSettled,
    NoticeAnswered,
    NoticeIssued,
)
from shared.published.terms import (
    AgencyId,
    ContractId,
    ContractTerms,
    FinancialYear,
    Mechanism,
    Period,
)
from shared.values.quarters import years


class Undrafted(State, frozen=True, kw_only=True, tag="undrafted"):
    """Nothing has happened yet."""


class Drafted(State, frozen=True, kw_only=True, tag="drafted"):
    """Awarded, waiting for terms and signature."""

    drafted: ContractDrafted


class Ending(State, frozen=True, kw_only=True):
    """The end that follows from a board's decision; `ends_on` is proposed until it is confirmed."""

    review: str
    decision: str
    change: Literal["redesign", "cease"]
    proposed_on: date
    ends_on: date
    confirmed: bool = False


class Signed(State, frozen=True, kw_only=True, tag="signed"):
    """In force, or over with money still moving.

    `payments` is what each financial year pays; `ends_on` comes before the terms' own last day
    after a termination. `open_years` are the fund's, `frozen_years` those closed since.
    `awaited` are overdue returns. `handed_to` goes on with it where the fund is unwound.
    `texts` are cited and may be read by both sides, `internal_texts` by the partners alone.
    """

    contract: ContractId
    terms: ContractTerms
    ends_on: date
    payments: dict[FinancialYear, Mechanism]
    books: Books
    status: Status = "running"
    open_years: frozenset[FinancialYear] = frozenset()
    frozen_years: frozenset[FinancialYear] = frozenset()
    returns: dict[Period, Heard] = msgspec.field(default_factory=dict[Period, Heard])
    awaited: frozenset[Period] = frozenset()
    notices: dict[str, Notice] = msgspec.field(default_factory=dict[str, Notice])
    assessment: str = ""
    ending: Ending | None = None
    handed_to: AgencyId = ""
    texts: frozenset[str] = frozenset()
    internal_texts: frozenset[str] = frozenset()

    @property
    def posting_years(self) -> frozenset[FinancialYear]:
        """The years that still take cost."""
        return self.open_years - self.frozen_years

    def serves_on(self, day: date) -> bool:
        """Whether it runs, or was ended and has a day of service left."""
        return self.status == "running" or (self.status == "terminated" and day <= self.ends_on)


Contract = Undrafted | Drafted | Signed


def evolve(contract: Contract, event: ContractEvent) -> Contract:
    """The contract after one more fact."""
    match contract:
        case Undrafted():
            return Drafted(drafted=event) if isinstance(event, ContractDrafted) else contract
        case Drafted():
            return _signed(event) if isinstance(event, ContractSigned) else contract
        case Signed():
            return after(contract, event)


def _signed(event: ContractSigned) -> Signed:
    terms = event.terms
    return Signed(
        contract=event.contract,
        terms=terms,
        ends_on=terms.ends_on,
        payments=paid_each_year(terms.mechanism, terms.starts_on, terms.ends_on),
        books=Books(committed=terms.commitments, payment_days=terms.payment_days),
    )


def after(contract: Signed, event: ContractEvent) -> Signed:
    """A signed contract stays one."""
    contract = _citing(contract, event)
    if isinstance(event, MoneyEvent):
        return replace(contract, books=after_money(contract.books, event))
    return _after_life(contract, event)


def _citing(contract: Signed, event: ContractEvent) -> Signed:
    match event:
        case NoticeIssued() | NoticeAnswered():
            return replace(contract, texts=contract.texts | {str(event.body.text)})
        case ContractVaried() | InvoiceDisputed() | InvoiceDisputeSettled():
            return replace(contract, texts=contract.texts | {str(event.reason.text)})
        case ImpactAssessed():
            internal = contract.internal_texts | {str(event.text.text)}
            return replace(contract, internal_texts=internal)
        case PaymentTurnedDown():
            internal = contract.internal_texts | {str(event.reason.text)}
            return replace(contract, internal_texts=internal)
        case _:
            return contract


def _after_life(contract: Signed, event: LifeEvent) -> Signed:
    match event:
        case FundYearsOpened():
            return replace(contract, open_years=contract.open_years.union(event.years))
        case FundYearFrozen():
            return replace(contract, frozen_years=contract.frozen_years | {event.year})
        case FundYearThawed():
            return replace(contract, frozen_years=contract.frozen_years - {event.year})
        case ContractVaried():
            return _promised(replace(contract, terms=event.terms), event.commitment_changes)
        case PriceVaried():
            varied = {y: event.payment for y in contract.payments if y >= event.from_year}
            return replace(contract, payments=contract.payments | varied)
        case ContractExtended():
            return _promised(_extended(contract, event), event.commitment_changes)
        case NoticeIssued():
            notice = Notice(
                answer_due_on=event.answer_due_on,
                clause=event.clause,
                kind=event.kind,
                flag=event.flag,
            )
            return replace(contract, notices=contract.notices | {event.notice: notice})
        case NoticeAnswered():
            answered = replace(contract.notices[event.notice], answered=True)
            return replace(contract, notices=contract.notices | {event.notice: answered})
        case NoticeBasisChanged():
            notice = contract.notices[event.notice]
            changes = (*notice.basis_changes, (event.period, event.return_version))
            marked = replace(notice, basis_changes=changes)
            return replace(contract, notices=contract.notices | {event.notice: marked})
        case ImpactAssessed():
            return replace(contract, assessment=event.assessment)
        case EndProposed():
            return replace(contract, ending=_ending(event))
        case EndConfirmed():
            return replace(contract, ending=_confirmed(contract.ending, event.effective_on))
        case ContractTerminated():
            ending = _confirmed(contract.ending, event.effective_on)
            return replace(contract, status="terminated", ends_on=event.effective_on, ending=ending)
        case ContractCompleted():
            return replace(contract, status="completed")
        case CommitmentReleased():
            return _promised(contract, {event.year: -event.amount_pence})
        case ContractHandedOver():
            return replace(contract, handed_to=event.agency)
        case ReturnHeard():
            heard = Heard(version=event.version, readings=event.readings, measures=event.measures)
            return replace(contract, returns=contract.returns | {event.period: heard})
        case ReturnAwaited():
            return replace(contract, awaited=contract.awaited | {event.period})
        case ReturnArrived():
            return replace(contract, awaited=contract.awaited - {event.period})
        case ContractDrafted() | ContractSigned():
            return contract


def _ending(event: EndProposed) -> Ending:
    return Ending(
        review=event.review,
        decision=event.decision,
        change=event.change,
        proposed_on=event.effective_on,
        ends_on=event.ends_on,
    )


def _confirmed(ending: Ending | None, ends_on: date) -> Ending | None:
    return replace(ending, ends_on=ends_on, confirmed=True) if ending else None


def _extended(contract: Signed, event: ContractExtended) -> Signed:
    terms = event.terms
    latest = contract.payments[max(contract.payments)]
    payments = dict.fromkeys(years(terms.starts_on, terms.ends_on), latest) | contract.payments
    ending = contract.ending
    if ending is not None:  # of a service that is redesigned: the old one runs on meanwhile
        ending = replace(ending, ends_on=terms.ends_on, confirmed=False)
    return replace(contract, terms=terms, ends_on=terms.ends_on, payments=payments, ending=ending)


def _promised(contract: Signed, changes: dict[FinancialYear, int]) -> Signed:
    committed = dict(contract.books.committed)
    for year, pence in changes.items():
        committed[year] = committed.get(year, 0) + pence
    return replace(contract, books=replace(contract.books, committed=committed))
