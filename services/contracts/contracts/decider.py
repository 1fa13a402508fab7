"""The rules of a contract, from draft to completion. Pure: no clock, no I/O, no chance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from services.contracts.contracts.accruing import approve_accrual, propose_accrual
from services.contracts.contracts.certifying import certify, fund_year, hear_return
from services.contracts.contracts.commands import (
    AnswerNotice,
    ApproveAccrual,
    ApprovePayment,
    AssessImpact,
    CertifyDue,
    CompleteContract,
    ConfirmEnd,
    ContractCommand,
    DisputeInvoice,
    DraftContract,
    ExtendContract,
    ForfeitWithholding,
    FreezeFundYear,
    HandOver,
    HearArrival,
    HearCaseOver,
    HearOverdue,
    HearReturn,
    IssueNotice,
    LifeCommand,
    MarkNotices,
    MoneyCommand,
    OpenFundYear,
    PreparePayment,
    ProposeAccrual,
    ProposeEnd,
    ReceiveInvoice,
    ReleaseCommitment,
    ReleaseWithholding,
    SettleDispute,
    SignContract,
    TerminateContract,
    ThawFundYear,
    TurnDownPayment,
    VaryContract,
    WithholdAmount,
)
from services.contracts.contracts.deciding_ends import confirm_end, propose_end
from services.contracts.contracts.ending import (
    answer_notice,
    assess_impact,
    complete,
    hand_over,
    issue_notice,
    mark_notices,
    release_commitment,
    terminate,
)
from services.contracts.contracts.events import ContractDrafted, ContractEvent
from services.contracts.contracts.paying import (
    approve_payment,
    dispute_invoice,
    prepare_payment,
    receive_invoice,
    turn_down_payment,
)
from services.contracts.contracts.refusals import AlreadyDrafted, NotSigned
from services.contracts.contracts.signing import extend, sign, vary
from services.contracts.contracts.state import Contract, Signed, Undrafted, evolve
from services.contracts.contracts.withholding import (
    forfeit_withholding,
    hear_arrival,
    hear_case_over,
    hear_overdue,
    release_withholding,
    withhold,
)
from shared.eventsourcing.decider import Decider

Events = Sequence[ContractEvent]


def decide(command: ContractCommand, contract: Contract) -> Events:
    """What follows from a command, or a refusal."""
    if isinstance(command, DraftContract):
        return _draft(command, contract)
    if isinstance(command, SignContract):
        return sign(command, contract)
    if not isinstance(contract, Signed):
        raise NotSigned
    if isinstance(command, LifeCommand):
        return _live(command, contract)
    return _money(command, contract)


def _draft(command: DraftContract, contract: Contract) -> Events:
    """Refuses: AlreadyDrafted."""
    if not isinstance(contract, Undrafted):
        raise AlreadyDrafted
    drafted = ContractDrafted(
        contract=command.contract,
        kind=command.kind,
        partnership=command.partnership,
        specification=command.specification,
        commissioner=command.commissioner,
        provider=command.provider,
        annual_price_pence=command.annual_price_pence,
    )
    return [drafted]


def _live(command: LifeCommand, contract: Signed) -> Events:
    match command:
        case OpenFundYear() | FreezeFundYear() | ThawFundYear():
            return fund_year(command, contract)
        case VaryContract():
            return vary(command, contract)
        case ExtendContract():
            return extend(command, contract)
        case IssueNotice():
            return issue_notice(command, contract)
        case AnswerNotice():
            return answer_notice(command, contract)
        case MarkNotices():
            return mark_notices(command, contract)
        case AssessImpact():
            return assess_impact(command, contract)
        case ProposeEnd():
            return propose_end(command, contract)
        case ConfirmEnd():
            return confirm_end(command, contract)
        case TerminateContract():
            return terminate(command, contract)
        case CompleteContract():
            return complete(command, contract)
        case ReleaseCommitment():
            return release_commitment(command, contract)
        case HandOver():
            return hand_over(command, contract)


def _money(command: MoneyCommand, contract: Signed) -> Events:
    match command:
        case CertifyDue():
            return certify(command, contract)
        case HearReturn():
            return hear_return(command, contract)
        case ReceiveInvoice():
            return receive_invoice(command, contract)
        case DisputeInvoice() | SettleDispute():
            return dispute_invoice(command, contract)
        case PreparePayment():
            return prepare_payment(command, contract)
        case ApprovePayment():
            return approve_payment(command, contract)
        case TurnDownPayment():
            return turn_down_payment(command, contract)
        case WithholdAmount():
            return withhold(command, contract)
        case ReleaseWithholding():
            return release_withholding(command, contract)
        case ForfeitWithholding():
            return forfeit_withholding(command, contract)
        case HearOverdue():
            return hear_overdue(command, contract)
        case HearArrival():
            return hear_arrival(command, contract)
        case HearCaseOver():
            return hear_case_over(command, contract)
        case ProposeAccrual():
            return propose_accrual(command, contract)
        case ApproveAccrual():
            return approve_accrual(command, contract)


CONTRACTS: Decider[ContractCommand, Contract, ContractEvent] = Decider(
    category="contract",
    initial=Undrafted(),
    decide=decide,
    evolve=evolve,
    events=get_args(ContractEvent),
)
