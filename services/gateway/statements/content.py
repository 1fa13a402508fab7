"""What a partner's statement of a quarter says, line by line, from a fund's lines. Pure.

Law: opening, income and spend come to closing, and a closing is the next quarter's opening; the
entries to expect balance, and leave the partner's own ledger owing what the pool says it owes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Literal

import msgspec

from services.gateway.ledgers import accounts
from services.gateway.ledgers.position import PartnerPosition, position
from services.gateway.ledgers.transactions import PostingLine
from services.gateway.statements.shares import PartnerShare, partner_shares, pool
from shared.published.terms import AgencyId, ContractId, FinancialYear, FundId, Period
from shared.values.closing import Agreement
from shared.values.quarters import first_day, last_day, year_of

Section = Literal["opening", "income", "spend", "closing", "share", "entry"]
SECTIONS: tuple[Section, ...] = ("opening", "income", "spend", "closing", "share", "entry")

EXPENDITURE = "Expenditure:PooledFund"
CREDITOR = "Creditors:PooledFund"
DEBTOR = "Debtors:PooledFund"
PREPAID = "Prepayments:PooledFund"
BANK = "Bank"


class StatementLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One figure. `account` is of the partner's own ledger, there debit +, credit -.

    `source` is what the money is ring-fenced to; empty where it is not.
    """

    number: int
    section: Section
    what: str
    amount_pence: int
    contract: ContractId = ""
    element: str = ""
    source: str = ""
    account: str = ""

    @property
    def place(self) -> tuple[str, ...]:
        """Which figure it is, whatever its number and sum."""
        return (
            self.section, self.what, self.contract, self.element, self.source, self.account,
        )  # fmt: skip


class YearToDate(msgspec.Struct, frozen=True, kw_only=True):
    """Where the partner's year stands at the quarter's end, and what follows if it lands so."""

    budget_pence: int
    spend_pence: int
    forecast_outturn_pence: int
    would_owe_pence: int
    would_carry_forward_pence: int
    would_get_back_pence: int


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """One partner's statement of one quarter, as of that quarter's last day."""

    fund: FundId
    period: Period
    partner: AgencyId
    as_of: date
    lines: tuple[StatementLine, ...]
    year_to_date: YearToDate

    @property
    def year(self) -> FinancialYear:
        return year_of(self.period)


class Sources(msgspec.Struct, frozen=True, kw_only=True):
    """What each contract spends on, and what each partner's contributions are fenced to."""

    spending: Mapping[ContractId, str] = {}
    fences: Mapping[AgencyId, Sequence[str]] = {}

    def of(self, partner: AgencyId, contract: ContractId) -> str:
        """The fence of the money by which a partner pays for a contract; empty: none."""
        spending = self.spending.get(contract, "")
        return spending if spending in self.fences.get(partner, ()) else ""


def statements(
    fund: FundId,
    period: Period,
    agreement: Agreement,
    lines: Sequence[PostingLine],
    sources: Sources,
) -> tuple[Statement, ...]:
    """One for each partner of the year. `lines` are all the fund's, of every year, in any order."""
    starts, ends, year = first_day(period), last_day(period), year_of(period)
    so_far = [line for line in lines if line.effective_on <= ends]
    before = _shares(agreement, (line for line in so_far if line.effective_on < starts))
    after = _shares(agreement, so_far)
    moved: defaultdict[AgencyId, list[PostingLine]] = defaultdict(list)
    for line in so_far:
        if line.effective_on >= starts:
            moved[line.partner].append(line)
    return tuple(
        Statement(
            fund=fund,
            period=period,
            partner=stands.partner,
            as_of=ends,
            lines=tuple(
                msgspec.structs.replace(one, number=number)
                for number, one in enumerate(
                    _lines(
                        before[stands.partner],
                        after[stands.partner],
                        moved[stands.partner],
                        sources,
                    ),
                    1,
                )
            ),
            year_to_date=_year_to_date(stands),
        )
        for stands in position(agreement, year, so_far).partners
    )


def _year_to_date(stands: PartnerPosition) -> YearToDate:
    return YearToDate(
        budget_pence=stands.budget_pence,
        spend_pence=stands.spend_pence,
        forecast_outturn_pence=stands.forecast_outturn_pence,
        would_owe_pence=stands.would_owe_pence,
        would_carry_forward_pence=stands.would_carry_forward_pence,
        would_get_back_pence=stands.would_get_back_pence,
    )


def _shares(agreement: Agreement, lines: Iterable[PostingLine]) -> dict[AgencyId, PartnerShare]:
    return {one.partner: one for one in partner_shares(agreement, pool(lines))}


def _lines(
    before: PartnerShare, after: PartnerShare, moved: Sequence[PostingLine], sources: Sources
) -> Iterator[StatementLine]:
    income = _income(before.partner, moved)
    yield from _standing("opening", before)
    yield from (_line("income", what, pence) for what, pence in income.items() if pence)
    yield from _spend(before.partner, moved, sources)
    yield from _standing("closing", after)
    yield from _parts(after)
    yield from _entries(before, after, income)


def _line(section: Section, what: str, pence: int) -> StatementLine:
    return StatementLine(number=0, section=section, what=what, amount_pence=pence)


def _standing(section: Section, share: PartnerShare) -> Iterator[StatementLine]:
    yield _line(section, "unspent", share.unspent_pence)
    yield _line(section, "owed-to-pool", share.owed_by_partner_pence)
    yield _line(section, "owed-by-pool", share.returnable_pence)


def _income(partner: AgencyId, moved: Iterable[PostingLine]) -> dict[str, int]:
    """What the quarter did to the partner's funding; what stays in these books moves nothing."""
    found: Counter[str] = Counter()
    for line in moved:
        found[line.account] -= line.amount_pence
    return {
        "brought-forward": found[accounts.carried_forward(partner)]
        + found[accounts.RESULT_FOR_YEAR],
        "contributions": found[accounts.contribution(partner)],
        "risk-share": found[accounts.risk_share(partner)],
        "returned": found[accounts.contribution_returned(partner)],
    }


def _spend(
    partner: AgencyId, moved: Iterable[PostingLine], sources: Sources
) -> Iterator[StatementLine]:
    found: Counter[tuple[str, str]] = Counter()
    for line in moved:
        if accounts.is_cost(line.account):
            found[line.contract, line.element] += line.amount_pence
    for (contract, element), pence in sorted(found.items()):
        if pence:
            yield StatementLine(
                number=0,
                section="spend",
                what="share-of-spend",
                amount_pence=pence,
                contract=contract,
                element=element,
                source=sources.of(partner, contract),
            )


def _parts(share: PartnerShare) -> Iterator[StatementLine]:
    """The partner's part of what the pool holds, +, and owes, -; together its unspent money."""
    parts = {
        "bank": share.bank_pence,
        "owed-by-partner": share.owed_by_partner_pence,
        "vat-recoverable": share.vat_pence,
        "owed-to-contracts": -share.owed_to_contracts_pence,
        "returnable": -share.returnable_pence,
    }
    yield from (_line("share", what, pence) for what, pence in parts.items() if pence)


def _entries(
    before: PartnerShare, after: PartnerShare, income: Mapping[str, int]
) -> Iterator[StatementLine]:
    """What the partner's own ledger should show of the quarter, debit then credit.

    What it has put in and not used up is a prepayment, so that its expenditure is its share of the
    spend.
    """
    due = income["contributions"] + income["risk-share"]
    paid = due - (after.owed_by_partner_pence - before.owed_by_partner_pence)
    back = -income["returned"]
    received = back - (after.returnable_pence - before.returnable_pence)
    unspent = after.unspent_pence - before.unspent_pence - income["brought-forward"]
    for what, debit, credit, pence in (
        ("contributions-due", EXPENDITURE, CREDITOR, income["contributions"]),
        ("risk-share-due", EXPENDITURE, CREDITOR, income["risk-share"]),
        ("paid-to-pool", CREDITOR, BANK, paid),
        ("return-due", DEBTOR, EXPENDITURE, back),
        ("return-received", BANK, DEBTOR, received),
        ("unspent-share", PREPAID, EXPENDITURE, unspent),
    ):
        if pence:
            yield _entry(what, debit, pence)
            yield _entry(what, credit, -pence)


def _entry(what: str, account: str, pence: int) -> StatementLine:
    return StatementLine(number=0, section="entry", what=what, amount_pence=pence, account=account)


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A figure that is no longer what it was when the statement was issued."""

    line: StatementLine
    issued_pence: int
    now_pence: int


def changes(issued: Statement, now: Statement) -> tuple[Change, ...]:
    """What would be said otherwise today, in the order of the lines."""
    was = {one.place: one for one in issued.lines}
    found = {one.place: one for one in now.lines}
    places = [*was, *(place for place in found if place not in was)]
    return tuple(
        Change(line=was.get(place) or found[place], issued_pence=then, now_pence=today)
        for place in places
        if (then := _sum(was.get(place))) != (today := _sum(found.get(place)))
    )


def _sum(line: StatementLine | None) -> int:
    return line.amount_pence if line else 0
