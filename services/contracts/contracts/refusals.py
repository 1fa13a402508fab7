"""Why a contract says no: conditions, each with its code."""

from __future__ import annotations

from shared.eventsourcing.commands import Invalid, NotPermitted, Refused


class AlreadyDrafted(Refused):
    """There is a contract from this award."""

    code = "already-drafted"


class NotDrafted(Refused):
    """There is no draft to sign: the award has not been confirmed, or the contract is signed."""

    code = "not-drafted"


class NotSigned(Refused):
    """The contract is not signed."""

    code = "not-signed"


class NotRunning(Refused):
    """The contract has ended."""

    code = "contract-ended"


class AboveAward(Refused):
    """The terms cost more in a year than what was awarded."""

    code = "above-award"


class DatesReversed(Invalid):
    """A contract ends after it begins."""

    code = "dates-reversed"


class UnknownMeasure(Invalid):
    """What is paid for must be a measure of the specification."""

    code = "unknown-measure"


class MilestoneOutside(Invalid):
    """Each milestone has a measure of its own and a day within the contract."""

    code = "milestone-outside-contract"


class MechanismChanged(Invalid):
    """A variation changes sums, not the way of paying; for that, sign a new contract."""

    code = "mechanism-changed"


class NothingChanged(Invalid):
    """The variation changes nothing."""

    code = "nothing-changed"


class TermsMoved(Refused):
    """The contract or the fund's years changed in the meantime; read it again."""

    code = "terms-moved"


class YearFrozen(Refused):
    """This financial year of the fund is closed or being closed."""

    code = "year-closed"


class BelowCertified(Refused):
    """The year would be worth less than has been certified in it."""

    code = "below-certified"


class NotLater(Invalid):
    """An extension ends later than the contract does now."""

    code = "not-later"


class UnknownNotice(Refused):
    """There is no such notice waiting for an answer."""

    code = "unknown-notice"


class UnknownFlag(Refused):
    """There is no such flag on this contract."""

    code = "unknown-flag"


class ImpactNotAssessed(Refused):
    """Nothing is ended before an equality and impact assessment."""

    code = "impact-not-assessed"


class NoEndProposed(Refused):
    """The board has decided nothing that would end this contract."""

    code = "no-end-proposed"


class EndAlreadyConfirmed(Refused):
    """The end of this contract has been confirmed."""

    code = "end-already-confirmed"


class ServiceCeases(Refused):
    """The board has decided that this service ceases: confirm its end, extend it no more."""

    code = "service-ceases"


class NoticeTooShort(Invalid):
    """The termination clause gives more notice than this."""

    code = "notice-too-short"


class BeyondTheEnd(Invalid):
    """The contract ends before that day anyway."""

    code = "beyond-the-end"


class StillRunning(Refused):
    """The contract runs until its last day."""

    code = "contract-running"


class CommitmentTooSmall(Refused):
    """No more can be released than is still promised."""

    code = "commitment-too-small"


class DuplicateInvoice(Refused):
    """An invoice under this number has come before."""

    code = "duplicate-invoice"


class SelfBilled(Refused):
    """The fund raises the invoices of this contract itself."""

    code = "self-billed"


class UnknownInvoice(Refused):
    """There is no such invoice, or it is not disputed."""

    code = "unknown-invoice"


class InvoiceIsDisputed(Refused):
    """A disputed invoice pauses payment of its period."""

    code = "invoice-disputed"


class PeriodOutside(Invalid):
    """The contract has no such period."""

    code = "period-outside-contract"


class UnknownCertificate(Refused):
    """There is no such certificate, or it has been reversed."""

    code = "unknown-certificate"


class TwoYears(Refused):
    """One payment pays certificates of one financial year."""

    code = "certificates-of-two-years"


class InAnotherPayment(Refused):
    """A certificate is in a payment that waits for approval."""

    code = "certificate-in-payment"


class NothingPayable(Refused):
    """Nothing is owed on these certificates."""

    code = "nothing-payable"


class UnknownPayment(Refused):
    """There is no such payment waiting for approval."""

    code = "unknown-payment"


class PaymentMoved(Refused):
    """What is owed has changed since the payment was prepared; prepare it again."""

    code = "payment-changed"


class ApproverIsPreparer(NotPermitted):
    """Whoever prepared it does not approve it."""

    code = "approver-is-preparer"


class NoWithholdingClause(Refused):
    """The contract has no clause under which money could be withheld."""

    code = "no-withholding-clause"


class NotOneReason(Invalid):
    """Money is kept back for a case or for a late return: name one of the two."""

    code = "not-one-reason"


class ReturnNotAwaited(Refused):
    """That return has come, or is not overdue: money is kept back for it only until it comes."""

    code = "return-not-awaited"


class NoForfeitureClause(Refused):
    """No clause lets this be kept for good: release it, or close the case."""

    code = "no-forfeiture-clause"


class ClauseMissing(Invalid):
    """Name the clause of the notice; the contract's terms have none for it."""

    code = "clause-missing"


class TargetTooEarly(Invalid):
    """A new target holds from a period that has not begun: those before keep theirs."""

    code = "target-too-early"


class TargetOutside(Invalid):
    """The target's period must lie in the contract's life, and be named once for its measure."""

    code = "target-outside-contract"


class TargetWrong(Invalid):
    """A neutral measure has no target, and a percentage lies between 0 and 100."""

    code = "target-wrong"


class SanctionsNotLive(Refused):
    """The day from which failings have financial consequences has not come, or was never agreed."""

    code = "sanctions-not-live"


class FlagNotUpheld(Refused):
    """Money is withheld for a flag of this contract that was upheld."""

    code = "flag-not-upheld"


class AboveClause(Refused):
    """More than the withholding clause allows, or than is still owed."""

    code = "above-clause"


class UnknownWithholding(Refused):
    """There is no such withholding, or nothing of it is left."""

    code = "unknown-withholding"


class AboveWithheld(Refused):
    """More than is still withheld."""

    code = "above-withheld"


class ElementNotPaid(Invalid):
    """The contract's returns do not earn this element."""

    code = "element-not-paid"


class PeriodNotOver(Refused):
    """A period is accrued for once it is over."""

    code = "period-not-over"


class ReturnIsIn(Refused):
    """The return of this period has been accepted: it is certified, not accrued."""

    code = "return-is-in"


class AlreadyAccrued(Refused):
    """This period has an accrual."""

    code = "already-accrued"


class AboveCap(Refused):
    """More than the year's cap leaves."""

    code = "above-cap"


class UnknownAccrual(Refused):
    """There is no such accrual waiting for approval."""

    code = "unknown-accrual"


class ProviderSuspendedSince(Refused):
    """The provider is suspended: nothing is signed with it until it is reinstated."""

    code = "provider-suspended"


class ProviderExcluded(Refused):
    """A mandatory ground stands against the provider: nothing is signed with it."""

    code = "provider-excluded"


class StandardsLapsed(Refused):
    """A check of the provider has lapsed: have it renewed and recorded first."""

    code = "standards-lapsed"
