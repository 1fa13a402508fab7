"""The rules of an end that follows from a board's decision: proposed by itself, confirmed by a
person.

Law: no service ends before its impact was assessed, not even on the last day of its contract; and
none sooner than the clause says.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from services.contracts.contracts.commands import ConfirmEnd, ProposeEnd, TerminateContract
from services.contracts.contracts.ending import terminate
from services.contracts.contracts.events import ContractEvent
from services.contracts.contracts.refusals import (
    BeyondTheEnd,
    EndAlreadyConfirmed,
    ImpactNotAssessed,
    NoEndProposed,
    NotRunning,
)
from services.contracts.contracts.state import Signed
from shared.eventsourcing.clock import london_date
from shared.published.contracts import EndConfirmed, EndProposed
from shared.values.working_days import add_working_days

Events = Sequence[ContractEvent]


def earliest_end(contract: Signed, today: date) -> date:
    """The first last day of service that the clause allows, with notice given today; the
    contract's own last day where that comes before it.
    """
    noticed = add_working_days(
        max(today, contract.terms.starts_on), contract.terms.termination.working_days
    )
    return min(noticed, contract.ends_on)


def propose_end(command: ProposeEnd, contract: Signed) -> Events:
    """A service that ceases ends as soon as the clause allows; one that is redesigned runs on to
    its contract's last day, so that the new one can begin when it is over. Said again, or of a
    contract that is over or ends so already, nothing follows.
    """
    known, today = contract.ending, london_date(command.now)
    if contract.status != "running" or today > contract.ends_on:
        return []
    if known is not None and known.decision == command.decision:
        return []
    if known is not None and known.confirmed and known.change == command.change:
        return []
    earliest = earliest_end(contract, today)
    terms = contract.terms
    return [
        EndProposed(
            contract=contract.contract,
            partnership=terms.partnership,
            commissioner=terms.commissioner,
            specification=terms.specification,
            title=terms.title,
            review=command.review,
            decision=command.decision,
            change=command.change,
            clause=terms.termination.clause,
            notice_working_days=terms.termination.working_days,
            earliest_on=earliest,
            ends_on=earliest if command.change == "cease" else contract.ends_on,
            effective_on=today,
        )
    ]


def confirm_end(command: ConfirmEnd, contract: Signed) -> Events:
    """Before the contract's last day it is a termination, with all that this asks for.

    Refuses: NotRunning, NoEndProposed, EndAlreadyConfirmed, ImpactNotAssessed, BeyondTheEnd, then
    like a termination.
    """
    if contract.status != "running":
        raise NotRunning
    ending = contract.ending
    if ending is None:
        raise NoEndProposed
    if ending.confirmed:
        raise EndAlreadyConfirmed
    if not contract.assessment:
        raise ImpactNotAssessed
    if command.effective_on > contract.ends_on:
        raise BeyondTheEnd(pointer="/body/effective_on")
    confirmed = EndConfirmed(
        contract=contract.contract,
        change=ending.change,
        confirmed_by=command.confirmed_by,
        effective_on=command.effective_on,
    )
    if command.effective_on == contract.ends_on:
        return [confirmed]
    early = TerminateContract(
        effective_on=command.effective_on, terminated_by=command.confirmed_by, now=command.now
    )
    return [confirmed, *terminate(early, contract)]
