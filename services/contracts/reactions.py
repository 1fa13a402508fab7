"""What contracts does when others, or its own contracts, say something. Pure: event to commands.

Law: a draft comes from an award, a certificate from an accepted return, and every cost of a
contract reaches its fund's year once.
"""

from __future__ import annotations

from collections.abc import Sequence

from services.contracts.contracts.commands import (
    DraftContract,
    HearArrival,
    HearCaseOver,
    HearOverdue,
    HearReturn,
    MarkNotices,
    ProposeEnd,
)
from services.contracts.contracts.decider import CONTRACTS
from services.contracts.contracts.events import CostCharged
from services.contracts.pooled_funds.commands import ChargeFund, FreeCommitment
from services.contracts.pooled_funds.decider import POOLED_FUNDS
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.handle import Step
from shared.eventsourcing.reactions import Reaction
from shared.published.contracts import CommitmentReleased
from shared.published.monitoring import (
    BasisChanged,
    ExtensionGranted,
    FlagClosed,
    FlagDismissed,
    ReturnAccepted,
    ReturnCancelled,
    ReturnOverdue,
    ReturnRestated,
    ReturnSubmitted,
)
from shared.published.needs import ServiceChangeDecided
from shared.published.procurement import (
    AwardConfirmed,
    DirectAwardMade,
    FrameworkCallOffMade,
    GrantOffered,
    InHouseProvisionAgreed,
)
from shared.published.terms import AgreementKind, FinancialYear, FundId

Award = (
    AwardConfirmed | DirectAwardMade | FrameworkCallOffMade | InHouseProvisionAgreed | GrantOffered
)


def fund_year(fund: FundId, year: FinancialYear) -> str:
    """The stream of a fund's year: `f1` and `2026/27` as `f1:2026-27`."""
    return f"{fund}:{year.replace('/', '-')}"


def kind_of(award: Award) -> AgreementKind:
    """A purchase, in-house provision and money without a purchase are three things."""
    match award:
        case AwardConfirmed() | DirectAwardMade() | FrameworkCallOffMade():
            return "contract"
        case InHouseProvisionAgreed():
            return "sla"
        case GrantOffered():
            return "grant"


def draft(recorded: Recorded) -> Sequence[Step]:
    event = recorded.event
    if not isinstance(event, Award):
        return []
    command = DraftContract(
        contract=event.award,
        kind=kind_of(event),
        partnership=event.partnership,
        specification=event.specification,
        commissioner=event.procuring,
        provider=event.provider,
        annual_price_pence=event.annual_price_pence,
        now=recorded.recorded_at,
    )
    return [Step(CONTRACTS, event.award, command)]


def certify(recorded: Recorded) -> Sequence[Step]:
    event = recorded.event
    if not isinstance(event, ReturnAccepted | ReturnRestated):
        return []
    command = HearReturn(
        period=event.period,
        version=event.version,
        readings=event.readings,
        measures=event.measures if isinstance(event, ReturnAccepted) else (),
        now=recorded.recorded_at,
    )
    return [Step(CONTRACTS, event.contract, command)]


def mark(recorded: Recorded) -> Sequence[Step]:
    match recorded.event:
        case BasisChanged() as changed:
            command = MarkNotices(
                flag=changed.flag,
                period=changed.period,
                return_version=changed.return_version,
                now=recorded.recorded_at,
            )
            return [Step(CONTRACTS, changed.contract, command)]
        case _:
            return []


def hear_lateness(recorded: Recorded) -> Sequence[Step]:
    """A return that does not come, and its coming; more time to come is coming too."""
    now = recorded.recorded_at
    match recorded.event:
        case ReturnOverdue() as late:
            return [Step(CONTRACTS, late.contract, HearOverdue(period=late.period, now=now))]
        case ReturnSubmitted() | ExtensionGranted() | ReturnCancelled() as event:
            return [Step(CONTRACTS, event.contract, HearArrival(period=event.period, now=now))]
        case _:
            return []


def end_case(recorded: Recorded) -> Sequence[Step]:
    match recorded.event:
        case FlagDismissed() | FlagClosed() as over:
            command = HearCaseOver(flag=over.flag, now=recorded.recorded_at)
            return [Step(CONTRACTS, over.contract, command)]
        case _:
            return []


def propose_end(recorded: Recorded) -> Sequence[Step]:
    """A service that ceases or is redesigned has a contract that is to end."""
    event = recorded.event
    if not isinstance(event, ServiceChangeDecided) or event.change == "continue":
        return []
    command = ProposeEnd(
        review=event.review,
        decision=event.decision,
        change=event.change,
        now=recorded.recorded_at,
    )
    return [Step(CONTRACTS, event.contract, command)]


def charge(recorded: Recorded) -> Sequence[Step]:
    match recorded.event:
        case CostCharged() as cost:
            command = ChargeFund(
                contract=cost.contract,
                element=cost.element,
                reference=cost.reference,
                cost_pence=cost.cost_pence,
                of_commitment_pence=cost.of_commitment_pence,
                now=recorded.recorded_at,
            )
            return [Step(POOLED_FUNDS, fund_year(cost.fund, cost.year), command)]
        case _:
            return []


def free(recorded: Recorded) -> Sequence[Step]:
    match recorded.event:
        case CommitmentReleased() as released:
            command = FreeCommitment(
                contract=released.contract,
                amount_pence=released.amount_pence,
                now=recorded.recorded_at,
            )
            return [Step(POOLED_FUNDS, fund_year(released.fund, released.year), command)]
        case _:
            return []


DRAFT = Reaction(
    name="draft-contract",
    source="procurement",
    events=(
        AwardConfirmed,
        DirectAwardMade,
        FrameworkCallOffMade,
        InHouseProvisionAgreed,
        GrantOffered,
    ),
    react=draft,
)
CERTIFY = Reaction(
    name="certify-return",
    source="monitoring",
    events=(ReturnAccepted, ReturnRestated),
    react=certify,
)
MARK = Reaction(name="mark-notices", source="monitoring", events=(BasisChanged,), react=mark)
CHARGE = Reaction(
    name="charge-fund",
    source="contracts",
    events=(CostCharged, CommitmentReleased),
    react=lambda recorded: [*charge(recorded), *free(recorded)],
)
LATENESS = Reaction(
    name="hear-lateness",
    source="monitoring",
    events=(ReturnOverdue, ReturnSubmitted, ExtensionGranted, ReturnCancelled),
    react=hear_lateness,
)
CASE_OVER = Reaction(
    name="end-case",
    source="monitoring",
    events=(FlagDismissed, FlagClosed),
    react=end_case,
)
SERVICE_CHANGED = Reaction(
    name="propose-end", source="needs", events=(ServiceChangeDecided,), react=propose_end
)
REACTIONS = (DRAFT, CERTIFY, MARK, CHARGE, LATENESS, CASE_OVER, SERVICE_CHANGED)
