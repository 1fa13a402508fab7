"""Would the comparison with the naive books see a mistake? One is made at a time, and each is seen.

Law: the ledger's own checks are not asked here; a mistake that the comparison misses fails.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec
import pytest

from services.contracts.contracts import certifying, earning
from services.gateway.ledgers import accounts, book, contract_postings, fund_postings
from services.gateway.ledgers.transactions import Entry, Transaction
from shared.published import contracts as c
from shared.published.terms import CostAndVolume
from shared.values import closing
from shared.values.risk_shares import Band, RiskShareRules, SchemeShare
from shared.values.shares import split
from shared.values.weightings import Agreement
from tests.contracts.parts import accepted
from tests.contracts.test_whole_years import NOW, begun, within_caps
from tests.gateway.ledgers import years as y
from tests.gateway.ledgers.beside import Beside

Mistake = Callable[[pytest.MonkeyPatch], None]
RULES = RiskShareRules(
    bands=(Band(above_pence=3_001, weights=(0, 1, 3)),),
    schemes=(
        SchemeShare(scheme="youth", budget_pence=20_000),
        SchemeShare(scheme="health", budget_pence=400_000, weights=(1, 1, 5)),
    ),
    waterfall=("other-underspends",),
    caps_pence=(4_000, 60_001, None),
)
LATER = date(2025, 9, 1)


def contract(name: str, spending: str, vat: str, pence: int) -> c.ContractSigned:
    event = y.signed({y.YEAR: pence, y.NEXT: 77}, name, spending)
    return msgspec.structs.replace(event, terms=msgspec.structs.replace(event.terms, vat=vat))


def certified(name: str, pence: int, of: str, on: date = y.START, vat: int = 0) -> Any:
    event = y.certified(name, pence, of, "Activity", vat=vat)
    return msgspec.structs.replace(event, effective_on=on)


def story(contributions: tuple[int, int, int], rules: RiskShareRules) -> Beside:
    """A year with everything in it: fences, VAT, a partner's weight that changes, corrections,
    money kept back, and at the end a close and what the next year begins with.
    """
    risk = msgspec.structs.replace(y.risk_shared((40, 40, 20), 333), rules=rules)
    fenced = zip(y.PARTNERS, contributions, ("", "", "youth"), strict=True)
    beside = Beside(y.FUND, [y.opened(), risk])
    for partner, pence, fence in fenced:
        beside.take(y.agreed(partner, pence, fence), y.invoiced(partner, pence))
        beside.take(y.received(partner, pence))
    beside.take(
        contract("K9", "", "outside", 100_000),
        contract("K8", "youth", "standard-recoverable", 15_000),
        contract("K7", "health", "standard-irrecoverable", 500_000),
        certified("C1", 10_001, "K9"), certified("C2", 9_999, "K8", vat=1_999),
        certified("C3", 400_003, "K7", vat=80_000), certified("C4", 777, "K9"),
        certified("C4b", 333, "K8"), certified("C4c", 333, "K8"), certified("C4d", 333, "K8"),
        y.accrued("A1", 1_003, "K9"),
        c.PartnersChanged(
            fund=y.FUND, year=y.YEAR, partners=y.PARTNERS, attribution_weights=(1, 1, 2),
            effective_on=LATER,
        ),
        certified("C5", 101, "K9", LATER), certified("C6", 3, "K8", LATER),
        certified("C7", 50_001, "K9"), y.unmade("C1", 10_001),
        certified("C1b", 9_990, "K9", LATER), y.unaccrued("A1", 1_003, "K9"),
        y.kept_back("W1", "C4", 77), y.given_up("W1", 10), y.forfeited("W1", "C4", 34),
        y.paid("P1", 701),
    )  # fmt: skip
    for name in ("K9", "K8", "K7"):
        left = -beside.naive.balance(y.YEAR, f"Equity:Budget:Commitment:{name}")
        if left > 0:
            beside.take(y.let_go(left, name))
    return beside


def faults() -> list[str]:
    """Where product and naive books differ: in a year overspent, and in one that was not."""
    found: list[str] = []
    plain = RiskShareRules()
    for contributions, rules in (
        ((200_000, 200_000, 50_000), RULES),
        ((300_003, 300_003, 100_000), plain),
    ):
        beside = story(contributions, rules)
        found += beside.differences()
        found += beside.closing_differences(y.YEAR)
        beside.close(y.YEAR)
        kept = beside.naive.balance(y.YEAR, "Equity:Pool:CarriedForward:Alder")
        beside.take(y.opened(y.NEXT))
        if kept:
            beside.take(y.brought("Alder", -kept, y.NEXT))
        found += beside.differences()
    return found


def test_without_a_mistake_there_is_no_difference() -> None:
    assert faults() == []


# -- mistakes


def remainder_to_the_last(amount: int, weights: Sequence[int]) -> tuple[int, ...]:
    parts = [amount * weight // sum(weights) for weight in weights]
    return (*parts[:-1], parts[-1] + amount - sum(parts))


def ties_to_the_later(amount: int, weights: Sequence[int]) -> tuple[int, ...]:
    return split(amount, weights[::-1])[::-1]


def signless(amount: int, weights: Sequence[int]) -> tuple[int, ...]:
    return split(abs(amount), weights)


def postings(name: str, wrong: Any) -> Mistake:
    return lambda patch: patch.setattr(contract_postings, name, wrong)


def in_closing(name: str, wrong: Any) -> Mistake:
    return lambda patch: patch.setattr(closing, name, wrong)


def promise_backwards(name: str, pence: int) -> tuple[Entry, ...]:
    return (Entry(accounts.AVAILABLE, -pence, name), Entry(accounts.commitment(name), pence, name))


def nothing_reversed(event: Any, code: Any, reference: str, posted: Any) -> Transaction:
    del posted
    return Transaction(
        code=code, year=event.year, effective_on=event.effective_on, entries=(), reference=reference
    )


def not_negated(event: Any, code: Any, reference: str, posted: Any) -> Transaction:
    return Transaction(
        code=code, year=event.year, effective_on=event.effective_on, entries=posted.entries,
        reference=reference,
    )  # fmt: skip


def available_first(fund: Any, year: str, name: str, pence: int) -> tuple[Entry, ...]:
    del fund, year
    return (Entry(accounts.AVAILABLE, pence, name), Entry(accounts.consumed(name), -pence, name))


def unfenced(agreement: Agreement, fences: Mapping[str, Any], spending: str, **more: Any) -> Any:
    del fences, spending
    return agreement.weights_of(more["weighting"])


def caps_a_penny_higher(shares: Any, weights: Any, caps: Any, beyond: Any) -> Any:
    higher = tuple(cap if cap is None else cap + 1 for cap in caps)
    return closing_within_caps(shares, weights, higher, beyond)


def uncapped(shares: tuple[int, ...], *rest: Any) -> tuple[int, ...]:
    del rest
    return shares


def rounded_up(pence: int, basis_points: int) -> int:
    return -(-pence * basis_points // 10_000)


def without_bands(pence: int, weights: Sequence[int], bands: Any) -> tuple[int, ...]:
    del bands
    return split(pence, weights)


def without_layers(over: Sequence[int], layers: Any) -> Any:
    del layers
    return closing_pour(over, {})


closing_pour = closing.pour
closing_within_caps = closing.within_caps
book_contract = book.FundBook.contract
brought_forward = fund_postings._brought_forward  # pyright: ignore[reportPrivateUsage]


def always(value: Any) -> Callable[..., Any]:
    return lambda *_, **__: value


def vat_is_cost(patch: pytest.MonkeyPatch) -> None:
    def outside(self: book.FundBook, name: str) -> book.ContractBook:
        return msgspec.structs.replace(book_contract(self, name), vat="outside")

    patch.setattr(book.FundBook, "contract", outside)


def first_weights_for_ever(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Agreement, "weighting_on", always(0))


def fences_ignored(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(book, "bearing_weights", unfenced)


def money_in_two_years(patch: pytest.MonkeyPatch) -> None:
    def opening_only(books: book.FundBook, event: c.BalanceBroughtForward) -> Any:
        return brought_forward(books, event)[-1:]

    patch.setattr(fund_postings, "_brought_forward", opening_only)


MISTAKES: dict[str, Mistake] = {
    "a rounding that gives the last the rest": postings("split", remainder_to_the_last),
    "a tie to the later partner": postings("split", ties_to_the_later),
    "a sign lost in a forfeit": postings("split", signless),
    "a promise with its sides exchanged": postings("promise", promise_backwards),
    "a reversal missed": postings("_negation", nothing_reversed),
    "a reversal with the sign of its original": postings("_negation", not_negated),
    "what is available used before what was promised": postings("_consumption", available_first),
    "VAT that is given back taken for a cost": vat_is_cost,
    "a change of weights not heard": first_weights_for_ever,
    "ring fences not heard": fences_ignored,
    "carried money left in the year before": money_in_two_years,
    "a true-up forgotten": in_closing("true_up", always(None)),
    "a rounding of the result that gives the last the rest": in_closing(
        "split", remainder_to_the_last
    ),
    "a tie of the result to the later partner": in_closing("split", ties_to_the_later),
    "a limit rounded up": in_closing("portion", rounded_up),
    "a cap not heard": in_closing("within_caps", uncapped),
    "a cap a penny too high": in_closing("within_caps", caps_a_penny_higher),
    "bands not heard": in_closing("by_bands", without_bands),
    "a waterfall not heard": in_closing("pour", without_layers),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_comparison_sees(mistake: str, monkeypatch: pytest.MonkeyPatch) -> None:
    MISTAKES[mistake](monkeypatch)
    assert faults() != []


def test_a_payment_cap_not_heard_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    volume = CostAndVolume(measure="m1", unit_price_pence=100, cap_annual_pence=1_000)
    for heard in (True, False):
        if not heard:
            monkeypatch.setattr(earning, "room_pence", always(10**30))
        desk = begun(volume, "outside")
        desk.contract("k1", accepted("2026-27-Q2", 50, NOW))
        if heard:
            within_caps(desk.signed())
            continue
        with pytest.raises(AssertionError):
            within_caps(desk.signed())


def test_a_charge_missed_is_seen_beside_the_ledger(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = certifying.uncharge

    def unchanged(*arguments: Any) -> Any:
        return msgspec.structs.replace(wrong(*arguments), cost_pence=0)

    monkeypatch.setattr(certifying, "uncharge", unchanged)
    volume = CostAndVolume(measure="m1", unit_price_pence=100, cap_annual_pence=10_000)
    desk = begun(volume, "outside")
    desk.contract("k1", accepted("2026-27-Q2", 5, NOW))
    desk.agree()
    desk.contract("k1", accepted("2026-27-Q2", 4, NOW, version=2))
    with pytest.raises(AssertionError):
        desk.agree()
