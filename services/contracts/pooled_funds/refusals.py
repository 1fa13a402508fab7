"""Why a fund says no: conditions, each with its code."""

from __future__ import annotations

from shared.eventsourcing.commands import Invalid, NotPermitted, Refused


class FundNotOpen(Refused):
    """The fund has not opened this financial year."""

    code = "fund-year-not-open"


class AlreadyOpened(Refused):
    """This financial year of the fund was opened before."""

    code = "already-opened"


class HostNotPartner(Invalid):
    """The host is one of the partners, and each partner stands once."""

    code = "host-not-partner"


class WeightsDoNotFit(Invalid):
    """There is one weight for each partner, and one of them above nothing."""

    code = "weights-do-not-fit"


class UnknownPartner(Refused):
    """No partner of the fund in this year."""

    code = "unknown-partner"


class LegalBasisNotOpen(Invalid):
    """Section 75 is for NHS bodies and councils; other partners contribute under section 10."""

    code = "legal-basis-not-available"


class YearIsClosed(Refused):
    """This financial year of the fund is closed or being closed."""

    code = "year-closed"


class NotClosed(Refused):
    """This financial year of the fund is not closed."""

    code = "year-not-closed"


class BroughtForward(Refused):
    """The balance was brought forward before."""

    code = "already-brought-forward"


class NothingCarried(Refused):
    """There is no balance to bring forward."""

    code = "nothing-carried-forward"


class BalanceDoesNotFit(Invalid):
    """What is brought forward is what the year before carried forward."""

    code = "balance-does-not-fit"


class PeriodOutside(Invalid):
    """A contribution is invoiced for a quarter of this financial year."""

    code = "period-outside-year"


class NothingToInvoice(Refused):
    """Everything due up to this quarter has been invoiced."""

    code = "nothing-to-invoice"


class AboveInvoiced(Refused):
    """More than is owed: what does not belong to an invoice goes back or waits in suspense."""

    code = "receipt-above-invoiced"


class DuplicateReceipt(Refused):
    """A receipt under this reference has come from this partner."""

    code = "duplicate-receipt"


class AuthorityExceeded(Refused):
    """The fund has not enough authority available for this commitment."""

    code = "authority-exceeded"


class NoEligibleMoney(Refused):
    """Every contribution of the fund is ring-fenced to something else."""

    code = "no-eligible-contribution"


class CloseNotPrepared(Refused):
    """There is no prepared close."""

    code = "close-not-prepared"


class ApproverIsPreparer(NotPermitted):
    """Whoever prepared it does not approve it."""

    code = "approver-is-preparer"


class YearNotOver(Refused):
    """A financial year is closed once it is over."""

    code = "year-not-over"


class NotInvoiced(Refused):
    """Contributions agreed for the year have not all been invoiced."""

    code = "contributions-not-invoiced"


class ChargesPending(Refused):
    """A certificate or release of this year has not reached the fund yet; try again."""

    code = "charges-pending"


class ChangeOutOfOrder(Invalid):
    """Partners join or leave from a day within the year, later than the last change."""

    code = "change-out-of-order"


class AboveContribution(Refused):
    """More than the partner has agreed under this power and for this spending."""

    code = "above-contribution"


class BelowInvoiced(Refused):
    """More of the contribution has been invoiced than would be left of it."""

    code = "below-invoiced"


class BudgetIsAligned(Refused):
    """Aligned budgets stay with their holders: nothing is invoiced, received or brought forward."""

    code = "budget-aligned"


class FundIsUnwound(Refused):
    """The fund has been unwound and opens no further year."""

    code = "fund-unwound"


class LaterYear(Refused):
    """The fund has a later year: it is unwound with its last."""

    code = "later-year-open"


class ContractsNotNamed(Invalid):
    """Every contract that still runs is named once, with the partner that takes it."""

    code = "contracts-not-named"


class NotCounted(Invalid):
    """Count the posts paid from the pool and what was bought with it; where there are none, say so
    with an empty list.
    """

    code = "not-counted"


class StaffNotPlaced(Invalid):
    """Name for each post who employs it and who has it next, both partners of the fund."""

    code = "staff-not-placed"


class AssetsNotPlaced(Invalid):
    """Name for each asset who holds it and who has it next, both partners of the fund."""

    code = "assets-not-placed"


class DebtsUnsettled(Refused):
    """Providers are owed, or money of theirs is withheld: pay, release or forfeit it first."""

    code = "debts-unsettled"


class UnwindingNotPrepared(Refused):
    """There is no prepared unwinding."""

    code = "unwinding-not-prepared"


class RiskShareDoesNotFit(Invalid):
    """The risk share does not fit together, or not these partners."""

    code = "risk-share-does-not-fit"


class CapsExhausted(Refused):
    """Every partner bears as much as its cap: agree who bears what is above all of them."""

    code = "caps-exhausted"


class RiskShareMissing(Refused):
    """The year is overspent and nobody has agreed who bears it."""

    code = "risk-share-missing"


class NobodyContributed(Refused):
    """There is money left and nobody contributed whose it could be."""

    code = "nobody-contributed"


class NothingReturnable(Refused):
    """Nothing waits to be returned."""

    code = "nothing-returnable"
