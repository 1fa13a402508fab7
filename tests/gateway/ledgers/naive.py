"""The rule book written out a second time, slowly and without a thought for how the ledger does it.

Law: it shares no arithmetic, no account names and no code with what it checks.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from shared.eventsourcing.events import Published
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
        self.seen: list[Published] = []
        self.parts: list[tuple[str, str, str, str, int, str, int]] = []
        """Cause, year, contract, element, which weights, partner, pence: every share of a cost."""

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

    def signed(self, contract: str) -> c.ContractTerms:
        found = None
        for event in self.seen:
            if isinstance(event, c.ContractSigned) and event.contract == contract:
                found = event.terms
        assert found is not None
        return found

    def partners(self, year: str) -> list[str]:
        """Everyone who ever was in the year, in the order they came."""
        opening = self.opening(year)
        assert opening is not None
        names = list(opening.partners)
        for event in self.seen:
            if isinstance(event, c.PartnersChanged) and event.year == year:
                names = list(event.partners)
        return names

    def weightings(self, year: str) -> list[tuple[date, dict[str, int]]]:
        """From which day which weights count; the first from the beginning of time."""
        opening = self.opening(year)
        assert opening is not None
        first = dict(zip(opening.partners, opening.attribution_weights, strict=True))
        found = [(date.min, first)]
        for event in self.seen:
            if isinstance(event, c.PartnersChanged) and event.year == year:
                weights = dict(zip(event.partners, event.attribution_weights, strict=True))
                found.append((event.effective_on, weights))
        return found

    def weighting_on(self, year: str, day: date) -> int:
        place = 0
        for number, (from_on, _) in enumerate(self.weightings(year)):
            if from_on <= day:
                place = number
        return place

    def may_bear(self, year: str, partner: str, spending: str) -> bool:
        fences = [
            event.ring_fence
            for event in self.seen
            if isinstance(event, c.ContributionAgreed)
            and (event.year, event.partner) == (year, partner)
        ]
        return fences == [] or "" in fences or spending in fences

    def weights(self, year: str, contract: str, weighting: int) -> list[int]:
        """Ring-fenced money bears only its own; of aligned budgets the commissioner bears all."""
        opening = self.opening(year)
        assert opening is not None
        terms, names = self.signed(contract), self.partners(year)
        if opening.aligned:
            return [1 if name == terms.commissioner else 0 for name in names]
        every = self.weightings(year)
        for place in [weighting, *reversed(range(len(every)))]:
            weights = every[place][1]
            found = [
                weights.get(name, 0) if self.may_bear(year, name, terms.spending) else 0
                for name in names
            ]
            if sum(found) > 0:
                return found
        raise AssertionError("nobody may bear it")

    def charge(self, cause: str, event: c.PaymentCertified | c.ExpenditureAccrued, to: str) -> None:
        """Cost split over partners against what is owed; promise first, then what is available.
        VAT that is given back is owed to the provider and is no cost.
        """
        year, contract = event.year, event.contract
        vat = event.vat_pence if isinstance(event, c.PaymentCertified) else 0
        gross = event.amount_pence + vat
        back = vat if self.signed(contract).vat == "standard-recoverable" else 0
        pence = gross - back
        self.spread(cause, year, contract, event.element, pence, event.effective_on)
        self.journal.append((cause, year, f"Liabilities:Pool:{to}:{contract}", -gross))
        opening = self.opening(year)
        assert opening is not None
        if opening.aligned:
            self.hold(cause, year, contract, pence, gross)
        else:
            self.journal.append((cause, year, "Assets:Pool:VATRecoverable", back))
        promised = -self.balance(year, f"Equity:Budget:Commitment:{contract}")
        from_promise = pence if pence < promised else promised
        consumed = f"Equity:Budget:Consumed:{contract}"
        self.note(cause, year, f"Equity:Budget:Commitment:{contract}", consumed, from_promise)
        self.note(cause, year, "Equity:Budget:Available", consumed, pence - from_promise)

    def hold(self, cause: str, year: str, contract: str, cost: int, gross: int) -> None:
        holder = self.signed(contract).commissioner
        owed, income = f"Receivable:Contribution:{holder}", f"Contribution:{holder}"
        self.journal.append((cause, year, f"Assets:Pool:{owed}", gross))
        self.journal.append((cause, year, f"Income:Pool:{income}", -cost))

    def spread(
        self, cause: str, year: str, contract: str, element: str, pence: int, day: date
    ) -> None:
        weighting = self.weighting_on(year, day)
        shares = naive_split(pence, self.weights(year, contract, weighting))
        for partner, share in zip(self.partners(year), shares, strict=True):
            account = f"Expenses:Pool:{contract}:{element}:{partner}"
            self.journal.append((cause, year, account, share))
            self.parts.append((cause, year, contract, element, weighting, partner, share))

    def undo(self, cause: str, year: str) -> None:
        for old, _, account, pence in list(self.journal):
            if old == cause:
                self.journal.append((f"undoing {cause}", year, account, -pence))
        for old, _, contract, element, weighting, partner, pence in list(self.parts):
            if old == cause:
                part = (f"undoing {cause}", year, contract, element, weighting, partner, -pence)
                self.parts.append(part)

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
                case c.ContractVaried() | c.ContractExtended():
                    changes = event.commitment_changes
                case c.CommitmentReleased():
                    changes = {event.year: -event.amount_pence}
                case _:
                    continue
            found[event.contract] = found.get(event.contract, 0) + changes.get(year, 0)
        return found

    def take(self, event: Published) -> None:
        self.post(event)
        self.seen.append(event)

    def post(self, event: Published) -> None:
        match event:
            case c.PooledFundOpened():
                for contract, pence in self.remembered(event.year).items():
                    self.promise(event.year, contract, pence)
            case c.ContractSigned():
                for year, pence in event.terms.commitments.items():
                    if self.opening(year):
                        self.promise(year, event.contract, pence)
            case c.ContractVaried() | c.ContractExtended():
                for year, pence in event.commitment_changes.items():
                    if self.opening(year):
                        self.promise(year, event.contract, pence)
            case c.CommitmentReleased():
                if self.opening(event.year):
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
                opening = self.opening(event.year)
                aligned = opening is not None and opening.aligned
                holder = self.signed(event.contract).commissioner
                owed = f"Assets:Pool:Receivable:Contribution:{holder}"
                sides = (payable, owed if aligned else "Assets:Pool:Bank")
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
        self.spread("forfeit", year, contract, element, -pence, event.effective_on)
        opening = self.opening(year)
        if opening is not None and opening.aligned:
            self.hold("forfeit", year, contract, -pence, -pence)
        consumed = f"Equity:Budget:Consumed:{contract}"
        self.note("forfeit", year, consumed, "Equity:Budget:Available", pence)

    def fund(self, event: Published) -> None:
        match event:
            case c.ContributionAgreed(year=year, partner=p, annual_pence=pence):
                self.note(
                    "in", year, f"Equity:Budget:Authority:{p}", "Equity:Budget:Available", pence
                )
            case c.ContributionReduced(year=year, partner=p, amount_pence=pence):
                self.note(
                    "in", year, "Equity:Budget:Available", f"Equity:Budget:Authority:{p}", pence
                )
            case c.ContributionInvoiced(year=year, partner=p, amount_pence=pence):
                owed = f"Assets:Pool:Receivable:Contribution:{p}"
                self.note("in", year, owed, f"Income:Pool:Contribution:{p}", pence)
            case c.ContributionReceived(year=year, partner=p, amount_pence=pence):
                kind = "RiskShare" if event.towards == "risk-share" else "Contribution"
                owed = f"Assets:Pool:Receivable:{kind}:{p}"
                self.note("in", year, "Assets:Pool:Bank", owed, pence)
            case c.BalanceBroughtForward(year=year, partner=p, amount_pence=pence):
                authority = "Equity:Budget:Authority:BroughtForward"
                self.note("in", year, "Assets:Pool:Bank", f"Equity:Pool:CarriedForward:{p}", pence)
                self.note("in", year, authority, "Equity:Budget:Available", pence)
                before = f"{int(year[:4]) - 1}/{year[2:4]}"
                if self.opening(before):
                    kept = f"Equity:Pool:CarriedForward:{p}"
                    self.note("out", before, kept, "Assets:Pool:Bank", pence)
            case c.CostTruedUp():
                for share in event.changes:
                    account = f"Expenses:Pool:{event.contract}:{event.element}:{share.partner}"
                    self.journal.append(("true-up", event.year, account, share.pence))
                    part = (event.contract, event.element, event.weighting, share.partner)
                    self.parts.append(("true-up", event.year, *part, share.pence))
            case (
                c.RiskShareSettled()
                | c.UnderspendCarriedForward()
                | c.UnderspendReturned()
                | c.FundUnwound()
            ):
                for share in event.shares:
                    debit, credit = self.settling(event, share.partner)
                    self.note("settled", event.year, debit, credit, share.pence)
            case _:
                pass

    def settling(
        self,
        event: c.RiskShareSettled
        | c.UnderspendCarriedForward
        | c.UnderspendReturned
        | c.FundUnwound,
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
            case c.FundUnwound():
                kept = f"Equity:Pool:CarriedForward:{partner}"
                return kept, f"Liabilities:Pool:Returnable:{partner}"

    def true_ups(self, year: str) -> dict[tuple[str, str, int], list[int]]:
        """What would move each annual share to its exact part; nothing for what is exact."""
        sums: dict[tuple[str, str, int], dict[str, int]] = {}
        for _, of, contract, element, weighting, partner, pence in self.parts:
            if of == year:
                shares = sums.setdefault((contract, element, weighting), {})
                shares[partner] = shares.get(partner, 0) + pence
        found: dict[tuple[str, str, int], list[int]] = {}
        for key, shares in sums.items():
            total = sum(shares.values())
            exact = naive_split(total, self.weights(year, key[0], key[2]))
            names = self.partners(year)
            changes = [a - shares.get(name, 0) for a, name in zip(exact, names, strict=True)]
            if any(changes):
                found[key] = changes
        return found
