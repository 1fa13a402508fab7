"""Period seals: a root over every balance of a period, of which one can be shown by itself.

Law: each balance is hashed with a salt of its own, so that whoever is shown one balance and the
hashes of the others cannot try out what the others are.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from shared.eventsourcing.commands import Invalid
from shared.proofs.merkle import leaf_hash, root
from shared.values.quarters import last_day, parse_period, whole_year

_encode = msgspec.json.Encoder(order="sorted").encode


class NoSealedPeriod(Invalid):
    """Balances are sealed for a quarter or a year: 2026-27-Q2 or 2026-27-Y."""

    code = "no-sealed-period"


class Balance(msgspec.Struct, frozen=True):
    """One account's balance, with its salt."""

    account: str
    balance_pence: int
    salt: bytes


class Seal(msgspec.Struct, frozen=True, kw_only=True):
    """What a seal is about: a period of a fund, as its tree of a size has it."""

    origin: str
    period: str
    size: int
    head: bytes
    made_at: datetime
    balances: tuple[Balance, ...]

    @property
    def root(self) -> bytes:
        return root(map(leaf_hash, self.leaves()))

    def leaves(self) -> list[bytes]:
        return [leaf(self.period, balance) for balance in self.balances]

    def text(self) -> str:
        """What is signed. Its origin is another than the tree's, so it passes for no checkpoint."""
        return (
            f"{self.origin}/seals\n{len(self.balances)}\n{_in_base64(self.root)}\n"
            f"period {self.period}\npostings {self.size}\nhead {_in_base64(self.head)}\n"
            f"made {self.made_at.isoformat(timespec='seconds')}\n"
        )


def leaf(period: str, balance: Balance) -> bytes:
    return _encode(
        {
            "account": balance.account,
            "balance_pence": balance.balance_pence,
            "period": period,
            "salt": balance.salt.hex(),
        }
    )


def until(period: str) -> date | None:
    """The last day whose postings a quarter's seal counts; a year's counts all of that year.

    Raises NoSealedPeriod.
    """
    try:
        _, frequency, _ = parse_period(period)
    except ValueError as error:
        raise NoSealedPeriod(pointer="/period") from error
    if frequency == "monthly":
        raise NoSealedPeriod(pointer="/period")
    return last_day(period) if frequency == "quarterly" else None


def due(years: Sequence[str], closed: Sequence[str], today: date) -> list[str]:
    """The periods that must have a seal: ended quarters of the years, and years that are closed."""
    quarters = [f"{whole_year(year)[:-1]}Q{n}" for year in years for n in range(1, 5)]
    ended = [quarter for quarter in quarters if last_day(quarter) < today]
    return [*ended, *(whole_year(year) for year in closed)]


def _in_base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
