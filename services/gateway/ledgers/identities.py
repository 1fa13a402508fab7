"""What must hold after every fold, whatever happened: the identities of a pooled fund's books.

Law: books that do not balance go no further; the violation names the identity it breaks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from services.gateway.ledgers import accounts
from services.gateway.ledgers.book import FundBook, LedgerEvent
from services.gateway.ledgers.transactions import Transaction
from services.gateway.ledgers.years import YearBook
from shared.published import contracts
from shared.published.terms import FinancialYear
from shared.values.closing import Settlement, Spending, settle, true_up

NOT_BELOW = "a sum is not below nothing"
BOTH_HALVES = "both halves of a transaction come to nothing"
SHARES = "the shares of a sum add up to it"
CONSUMED = "what is consumed is what is spent"
PROMISED = "no more is used or released than was promised"
REVERSED = "a reversal is of the whole sum and of the same contract"
WITHHELD = "no more is released or forfeited than was withheld"
ATTRIBUTED = "each annual share is the largest remainder of the annual total"
RESULT = "the result is contributions and brought forward less spending"
AVAILABLE = "what is available at the close is the result"
INVOICED = "what was agreed has been invoiced at the close"
SETTLED = "a result goes to the partners as they agreed"
POOLED = "what partners gain and lose by pooling comes to nothing"
BROUGHT_FORWARD = "what is brought forward was carried forward"
RETURNED = "no more is paid back than is due"


class BooksDoNotBalance(Exception):
    """An identity of the books is broken; `identity` says which."""

    def __init__(self, identity: str, detail: str) -> None:
        super().__init__(f"{identity}: {detail}")
        self.identity = identity


def check(
    before: FundBook, event: LedgerEvent, transactions: Iterable[Transaction], after: FundBook
) -> None:
    """Raises BooksDoNotBalance."""
    posted = tuple(transactions)
    _not_below_nothing(event)
    for transaction in posted:
        _both_halves(transaction)
    for transaction in posted:
        _standing(transaction, after.years[transaction.year])
    _fact(before, event, posted, after)


def _require(identity: str, holds: bool, detail: str) -> None:
    if not holds:
        raise BooksDoNotBalance(identity, detail)


def _not_below_nothing(event: LedgerEvent) -> None:
    """Signed sums have names of their own: changes, shares and results."""
    for name in ("amount_pence", "annual_pence", "vat_pence"):
        if getattr(event, name, 0) < 0:
            detail = f"{type(event).__name__} {name} {getattr(event, name)}"
            raise BooksDoNotBalance(NOT_BELOW, detail)


def _both_halves(transaction: Transaction) -> None:
    budget = sum([e.amount_pence for e in transaction.entries if accounts.is_budget(e.account)])
    rest = sum([e.amount_pence for e in transaction.entries]) - budget
    if budget or rest:
        detail = f"{transaction.code} {transaction.reference}: budget {budget}, the rest {rest}"
        raise BooksDoNotBalance(BOTH_HALVES, detail)


def _standing(posted: Transaction, year: YearBook) -> None:
    """What holds of a year's balances at any moment, where this transaction has touched them.

    It holds contract by contract, so what was not touched holds as it did before.
    """
    touched = {entry.contract for entry in posted.entries}
    for contract in touched - {""}:
        _contract_standing(posted, contract, year)
    if "" not in touched:
        return
    for entry in posted.entries:
        if entry.account.startswith(accounts.RETURNABLE) and year.balance(entry.account) > 0:
            _above_nothing(RETURNED, posted, entry.account, year.balance(entry.account))


def _contract_standing(posted: Transaction, contract: str, year: YearBook) -> None:
    one = year.of(contract)
    spent = one.total(accounts.EXPENSES)
    consumed = -one.balances.get(accounts.consumed(contract), 0)
    if spent != consumed:
        detail = f"{posted.year} {contract}: spent {spent}, consumed {consumed}"
        raise BooksDoNotBalance(CONSUMED, detail)
    if spent != one.attributed_pence:
        detail = f"{posted.year} {contract}: spent {spent}, shared {one.attributed_pence}"
        raise BooksDoNotBalance(SHARES, detail)
    promised = accounts.commitment(contract)
    if one.balances.get(promised, 0) > 0:
        _above_nothing(PROMISED, posted, promised, one.balances[promised])


def _above_nothing(identity: str, posted: Transaction, account: str, pence: int) -> None:
    raise BooksDoNotBalance(identity, f"{posted.year}: {account} is {pence}")


def _fact(
    before: FundBook,
    event: LedgerEvent,
    posted: tuple[Transaction, ...],
    after: FundBook,
) -> None:
    """What holds of this event against the books it met."""
    match event:
        case contracts.PaymentCertified() | contracts.ExpenditureAccrued():
            _shared_whole(before, event, posted)
        case contracts.CertificationReversed():
            original = before.certificate(event.certificate)
            _reversed_whole(event, original.contract, original.amount_pence)
        case contracts.AccrualReversed():
            original = before.accrual(event.accrual)
            _reversed_whole(event, original.contract, original.amount_pence)
        case contracts.WithholdingReleased() | contracts.WithholdingForfeited():
            held = before.withholding(event.withholding)
            fits = held.contract == event.contract and 0 <= event.amount_pence <= held.left_pence
            _require(WITHHELD, fits, f"{event.withholding}: {event.amount_pence} of {held}")
        case contracts.CommitmentReleased():
            _memorandum_left(after, event)
        case contracts.BalanceBroughtForward():
            _brought_forward(after, event)
        case contracts.YearClosed():
            _closed(before, event)
        case contracts.RiskShareSettled() | contracts.UnderspendCarriedForward():
            _settled(event, after)
        case contracts.UnderspendReturned() if event.step == "due":
            _settled(event, after)
        case contracts.FundUnwound():
            _brought_forward(after, event)
        case _:
            pass


def _shared_whole(
    before: FundBook,
    event: contracts.PaymentCertified | contracts.ExpenditureAccrued,
    posted: tuple[Transaction, ...],
) -> None:
    due = event.amount_pence
    if isinstance(event, contracts.PaymentCertified):
        recoverable = before.contract(event.contract).vat == "standard-recoverable"
        due += 0 if recoverable else event.vat_pence
    shared = sum(
        entry.amount_pence
        for transaction in posted
        for entry in transaction.entries
        if accounts.is_cost(entry.account)
    )
    _require(SHARES, shared == due, f"{event.contract}: {shared} of {due}")


def _reversed_whole(
    event: contracts.CertificationReversed | contracts.AccrualReversed,
    contract: str,
    amount_pence: int,
) -> None:
    same = event.contract == contract and event.amount_pence == amount_pence
    _require(
        REVERSED, same, f"{event.contract} {event.amount_pence}, was {contract} {amount_pence}"
    )


def _memorandum_left(after: FundBook, event: contracts.CommitmentReleased) -> None:
    left = after.contract(event.contract).memorandum.get(event.year, 0)
    _require(PROMISED, left >= 0, f"{event.contract} {event.year}: memorandum {left}")


def _brought_forward(
    after: FundBook, event: contracts.BalanceBroughtForward | contracts.FundUnwound
) -> None:
    for name, year in after.years.items():
        for partner, taken in year.taken_up.items():
            kept = year.carried_forward.get(partner, 0)
            detail = f"{event.year}: {partner} takes {taken}, {name} left {kept}"
            _require(BROUGHT_FORWARD, taken <= kept, detail)


def _closed(before: FundBook, event: contracts.YearClosed) -> None:
    """Refuses, in this order: shares off their exact part, result, budget, invoices."""
    year = before.year(event.year)
    for cost in before.element_costs(event.year):
        change = true_up(cost)
        _require(ATTRIBUTED, change is None, f"{event.year}: {change}")
    funding = year.funding()
    agreed = sum(funding.contributions_pence)
    spent = sum(year.attributed_pence())
    result = agreed + sum(funding.brought_forward_pence) - spent
    _require(RESULT, event.result_pence == result, f"{event.result_pence}, books {result}")
    available = -year.balance(accounts.AVAILABLE)
    _require(AVAILABLE, available == result, f"available {available}, result {result}")
    invoiced = -year.total(accounts.CONTRIBUTION)
    due = spent if year.agreement.aligned else agreed
    _require(INVOICED, invoiced == due, f"agreed {due}, invoiced {invoiced}")


def _settled(
    event: contracts.RiskShareSettled
    | contracts.UnderspendCarriedForward
    | contracts.UnderspendReturned,
    after: FundBook,
) -> None:
    """Each partner has what was agreed; once all is booked, pooling has cost nobody together."""
    year = after.year(event.year)
    try:
        agreed = settle(year.agreement, year.funding(), _spending_closed_on(after, event.year))
    except ValueError as error:
        raise BooksDoNotBalance(SETTLED, str(error)) from error
    for expected, pence in _stated(event, year, agreed):
        _require(SETTLED, expected == pence, f"{event.year}: {pence}, agreed {expected}")
    booked = (
        -year.total("Income:Pool:RiskShare:"),
        sum(year.carried_forward.values()),
        year.total("Income:Pool:ContributionReturned:"),
    )
    whole = (agreed.overspend_pence, agreed.carried_forward_pence, agreed.returned_pence)
    if booked == tuple(map(sum, whole)):
        gained = sum(year.attributed_pence()) - sum(year.funding_applied_pence())
        _require(POOLED, gained == 0, f"{event.year}: {gained}")


def _spending_closed_on(book: FundBook, name: FinancialYear) -> Spending:
    """What the close took the year to have cost, however the books stand now."""
    year = book.year(name)
    has = sum(year.funding().contributions_pence) + sum(year.brought_forward.values())
    return replace(book.spending(name), total_pence=has - (year.result_pence or 0))


def _stated(
    event: contracts.RiskShareSettled
    | contracts.UnderspendCarriedForward
    | contracts.UnderspendReturned,
    year: YearBook,
    agreed: Settlement,
) -> Iterator[tuple[int, int]]:
    """What each partner should have by the agreement, and what the books give it."""
    match event:
        case contracts.RiskShareSettled():
            booked = [-year.balance(accounts.risk_share(p)) for p in year.partners]
            return zip(agreed.overspend_pence, booked, strict=True)
        case contracts.UnderspendCarriedForward():
            booked = [year.carried_forward.get(p, 0) for p in year.partners]
            return zip(agreed.carried_forward_pence, booked, strict=True)
        case contracts.UnderspendReturned():
            booked = [year.balance(accounts.contribution_returned(p)) for p in year.partners]
            return zip(agreed.returned_pence, booked, strict=True)
