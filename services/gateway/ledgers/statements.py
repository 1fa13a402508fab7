"""A fund's lines read as books: the trial balance, and the identities they must keep. Pure.

Law: what is said here comes from the lines alone, so it is an account of the books and not of the
fold that made them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from services.gateway.ledgers import accounts, identities
from services.gateway.ledgers.position import FundPosition
from services.gateway.ledgers.transactions import PostingLine

BALANCES_KEPT = "the balances kept are the sums of the lines"


class Balance(msgspec.Struct, frozen=True, kw_only=True):
    """An account's balance, on the side where it stands."""

    account: str
    debit_pence: int
    credit_pence: int


class TrialBalance(msgspec.Struct, frozen=True, kw_only=True):
    """Every account with a balance; the debits of each half equal its credits."""

    accounts: tuple[Balance, ...]
    debit_pence: int
    credit_pence: int
    budget_debit_pence: int
    budget_credit_pence: int


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """Something that must hold of the books. `holds` is None while it cannot be judged yet."""

    name: str
    holds: bool | None
    detail: str = ""


def balances(lines: Iterable[PostingLine]) -> dict[str, int]:
    found: defaultdict[str, int] = defaultdict(int)
    for line in lines:
        found[line.account] += line.amount_pence
    return dict(sorted(found.items()))


def trial_balance(lines: Iterable[PostingLine]) -> TrialBalance:
    rows = tuple(
        Balance(account=account, debit_pence=max(pence, 0), credit_pence=max(-pence, 0))
        for account, pence in balances(lines).items()
        if pence
    )
    rest = [row for row in rows if not accounts.is_budget(row.account)]
    budget = [row for row in rows if accounts.is_budget(row.account)]
    return TrialBalance(
        accounts=rows,
        debit_pence=sum(row.debit_pence for row in rest),
        credit_pence=sum(row.credit_pence for row in rest),
        budget_debit_pence=sum(row.debit_pence for row in budget),
        budget_credit_pence=sum(row.credit_pence for row in budget),
    )


def judged(
    lines: Sequence[PostingLine],
    stands: FundPosition,
    *,
    closed: bool,
    kept: Mapping[str, int] | None,
) -> tuple[Identity, ...]:
    """Each identity of one year. `kept` are the balances the books hold, for a reading of now."""
    found = balances(lines)
    spent = _under(found, accounts.EXPENSES)
    consumed = -_under(found, accounts.CONSUMED)
    shared = sum(partner.spend_pence for partner in stands.partners)
    pooled = sum(partner.pooling_difference_pence for partner in stands.partners)
    off = _off_balance(lines)
    result = stands.budget_pence - spent
    return (
        _identity(identities.BOTH_HALVES, not off, ", ".join(off[:5])),
        _identity(identities.SHARES, spent == shared, f"spent {spent}, shared {shared}"),
        _identity(identities.CONSUMED, spent == consumed, f"spent {spent}, consumed {consumed}"),
        _none_above(identities.PROMISED, found, accounts.COMMITMENT),
        _none_above(identities.RETURNED, found, accounts.RETURNABLE),
        _at_close(
            identities.AVAILABLE, closed, stands.available_pence == result,
            f"available {stands.available_pence}, result {result}",
        ),
        _at_close(identities.POOLED, closed, pooled == 0, f"together {pooled}"),
        Identity(name=BALANCES_KEPT, holds=None if kept is None else _same(found, kept)),
    )  # fmt: skip


def _identity(name: str, holds: bool, detail: str) -> Identity:
    return Identity(name=name, holds=holds, detail="" if holds else detail)


def _at_close(name: str, closed: bool, holds: bool, detail: str) -> Identity:
    return _identity(name, holds, detail) if closed else Identity(name=name, holds=None)


def _none_above(name: str, found: Mapping[str, int], prefix: str) -> Identity:
    above = [one for one, pence in found.items() if one.startswith(prefix) and pence > 0]
    return _identity(name, not above, ", ".join(above))


def _under(found: Mapping[str, int], prefix: str) -> int:
    return sum(pence for account, pence in found.items() if account.startswith(prefix))


def _off_balance(lines: Iterable[PostingLine]) -> list[str]:
    """The events one half of whose transactions does not come to nothing."""
    halves: defaultdict[tuple[str, int, bool], int] = defaultdict(int)
    for line in lines:
        budget = accounts.is_budget(line.account)
        halves[str(line.event_id), line.transaction, budget] += line.amount_pence
    return sorted({event for (event, _, _), pence in halves.items() if pence})


def _same(found: Mapping[str, int], kept: Mapping[str, int]) -> bool:
    names = found.keys() | kept.keys()
    return all(found.get(name, 0) == kept.get(name, 0) for name in names)
