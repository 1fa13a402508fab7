"""The rule book written out a second time, slowly and without a thought for how the ledger does it.

Law: it shares no arithmetic and no account names with what it checks.
"""

from __future__ import annotations

from fractions import Fraction

from services.gateway.ledgers.book import LedgerEvent
from shared.published import contracts as c

Journal = list[tuple[str, str, str, int]]
"""Cause, year, account, pence."""


def naive_split(pence: int, weights: list[int]) -> list[int]:
    """Hands out the exact parts' whole pence, then one penny at a time to the greatest want."""
    sign = -1 if pence < 0 else 1
    exact = [Fraction(abs(pence) * weight, sum(weights)) for weight in weights]
    given = [int(part) for part in exact]
    while sum(given) < abs(pence):
        wants = [part - had for part, had in zip(exact, given, strict=True)]
        given[wants.index(max(wants))] += 1
    return [sign * had for had in given]


class Naive:
    """A journal of quadruples; every question is answered by reading all of it again."""

    def __init__(self) -> None:
        self.journal: Journal = []
        self.seen: list[LedgerEvent] = []

    def balances(self, year: str) -> dict[str, int]:
        found: dict[str, int] = {}
        for _, of, account, pence in self.journal:
            if of == year:
                found[account] = found.get(account, 0) + pence
        return {account: pence for account, pence in found.items() if pence}

    def balance(self, year: str, account: str) -> int:
        return self.balances(year).get(account, 0)

    def opening(self, year: str) -> c.PooledFundOpened | None:
        for event in self.seen:
            if isinstance(event, c.PooledFundOpened) and event.year == year:
                return event
        return None

    def note(self, cause: str, year: str, debit: str, credit: str, pence: int) -> None:
        self.journal.append((cause, year, debit, pence))
        self.journal.append((cause, year, credit, -pence))

    def charge(self, cause: str, event: c.PaymentCertified | c.ExpenditureAccrued, to: str) -> None:
        """Cost split over partners against what is owed; promise first, then what is available."""
        year, contract, pence = event.year, event.contract, event.amount_pence
        self.spread(cause, year, contract, event.element, pence)
        self.journal.append((cause, year, f"Liabilities:Pool:{to}:{contract}", -pence))
        promised = -self.balance(year, f"Equity:Budget:Commitment:{contract}")
        from_promise = pence if pence < promised else promised
        consumed = f"Equity:Budget:Consumed:{contract}"
        self.note(cause, year, f"Equity:Budget:Commitment:{contract}", consumed, from_promise)
        self.note(cause, year, "Equity:Budget:Available", consumed, pence - from_promise)

    def spread(self, cause: str, year: str, contract: str, element: str, pence: int) -> None:
        opening = self.opening(year)
        assert opening is not None
        shares = naive_split(pence, list(opening.attribution_weights))
        for partner, share in zip(opening.partners, shares, strict=True):
            account = f"Expenses:Pool:{contract}:{element}:{partner}"
            self.journal.append((cause, year, account, share))

    def undo(self, cause: str, year: str) -> None:
        for old, _, account, pence in list(self.journal):
            if old == cause:
                self.journal.append((f"undoing {cause}", year, account, -pence))

    def promise(self, year: str, contract: str, pence: int) -> None:
        commitment = f"Equity:Budget:Commitment:{contract}"
        self.note("promise", year, "Equity:Budget:Available", commitment, pence)

    def remembered(self, year: str) -> dict[str, int]:
        """What was promised for a year so far, whatever has been posted of it."""
        found: dict[str, int] = {}
        for event in self.seen:
            match event:
                case c.ContractSigned():
                    changes = event.terms.commitments
                case c.ContractVaried():
                    changes = event.commitment_changes
                case _:
                    continue
            found[event.contract] = found.get(event.contract, 0) + changes.get(year, 0)
        return found

    def take(self, event: LedgerEvent) -> None:
        self.post(event)
        self.seen.append(event)

    def post(self, event: LedgerEvent) -> None:
        match event:
            case c.PooledFundOpened():
                for contract, pence in self.remembered(event.year).items():
                    self.promise(event.year, contract, pence)
            case c.ContractSigned():
                for year, pence in event.terms.commitments.items():
                    if self.opening(year):
                        self.promise(year, event.contract, pence)
            case c.ContractVaried():
                for year, pence in event.commitment_changes.items():
                    if self.opening(year):
                        self.promise(year, event.contract, pence)
            case c.CommitmentReleased():
                self.promise(event.year, event.contract, -event.amount_pence)
            case c.PaymentCertified():
                self.charge(f"certificate {event.certificate}", event, "Payable")
            case c.ExpenditureAccrued():
                self.charge(f"accrual {event.accrual}", event, "Accrued")
            case c.CertificationReversed():
                self.undo(f"certificate {event.certificate}", event.year)
            case c.AccrualReversed():
                self.undo(f"accrual {event.accrual}", event.year)
            case c.PaymentMade() | c.AmountWithheld() | c.WithholdingReleased():
                self.owe(event)
            case c.WithholdingForfeited():
                self.forfeit(event)
            case _:
                self.fund(event)

    def owe(self, event: c.PaymentMade | c.AmountWithheld | c.WithholdingReleased) -> None:
        payable = f"Liabilities:Pool:Payable:{event.contract}"
        held = f"Liabilities:Pool:Withheld:{event.contract}"
        match event:
            case c.PaymentMade():
                sides = (payable, "Assets:Pool:Bank")
            case c.AmountWithheld():
                sides = (payable, held)
            case c.WithholdingReleased():
                sides = (held, payable)
        self.note("debt", event.year, *sides, event.amount_pence)

    def forfeit(self, event: c.WithholdingForfeited) -> None:
        element = next(
            old.element
            for old in self.seen
            if isinstance(old, c.PaymentCertified) and old.certificate == event.certificate
        )
        year, contract, pence = event.year, event.contract, event.amount_pence
        self.journal.append(("forfeit", year, f"Liabilities:Pool:Withheld:{contract}", pence))
        self.spread("forfeit", year, contract, element, -pence)
        consumed = f"Equity:Budget:Consumed:{contract}"
        self.note("forfeit", year, consumed, "Equity:Budget:Available", pence)

    def fund(self, event: LedgerEvent) -> None:
        match event:
            case c.ContributionAgreed(year=year, partner=p, annual_pence=pence):
                self.note(
                    "in", year, f"Equity:Budget:Authority:{p}", "Equity:Budget:Available", pence
                )
            case c.ContributionInvoiced(year=year, partner=p, amount_pence=pence):
                owed = f"Assets:Pool:Receivable:Contribution:{p}"
                self.note("in", year, owed, f"Income:Pool:Contribution:{p}", pence)
            case c.ContributionReceived(year=year, partner=p, amount_pence=pence):
                owed = f"Assets:Pool:Receivable:Contribution:{p}"
                self.note("in", year, "Assets:Pool:Bank", owed, pence)
            case c.BalanceBroughtForward(year=year, partner=p, amount_pence=pence):
                authority = "Equity:Budget:Authority:BroughtForward"
                self.note("in", year, "Assets:Pool:Bank", f"Equity:Pool:CarriedForward:{p}", pence)
                self.note("in", year, authority, "Equity:Budget:Available", pence)
            case c.CostTruedUp():
                for share in event.changes:
                    account = f"Expenses:Pool:{event.contract}:{event.element}:{share.partner}"
                    self.journal.append(("true-up", event.year, account, share.pence))
            case c.RiskShareSettled() | c.UnderspendCarriedForward() | c.UnderspendReturned():
                for share in event.shares:
                    debit, credit = self.settling(event, share.partner)
                    self.note("settled", event.year, debit, credit, share.pence)
            case _:
                pass

    def settling(
        self,
        event: c.RiskShareSettled | c.UnderspendCarriedForward | c.UnderspendReturned,
        partner: str,
    ) -> tuple[str, str]:
        match event:
            case c.RiskShareSettled():
                owed = f"Assets:Pool:Receivable:RiskShare:{partner}"
                return owed, f"Income:Pool:RiskShare:{partner}"
            case c.UnderspendCarriedForward():
                return "Equity:Pool:ResultForYear", f"Equity:Pool:CarriedForward:{partner}"
            case c.UnderspendReturned(step="due"):
                returned = f"Income:Pool:ContributionReturned:{partner}"
                return returned, f"Liabilities:Pool:Returnable:{partner}"
            case c.UnderspendReturned():
                return f"Liabilities:Pool:Returnable:{partner}", "Assets:Pool:Bank"
