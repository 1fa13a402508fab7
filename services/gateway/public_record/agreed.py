"""Contract, money and end: what contracts publishes, as releases. Pure.

`awardID` is the award of the process, written in when the release is read.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import get_args

from msgspec.structs import replace

from services.gateway.public_record.dating import beginning, dated, ending
from services.gateway.public_record.lines import ReleaseLine, Told, released
from services.gateway.public_record.pieces import (
    BUYER,
    SUPPLIER,
    Json,
    party,
    period,
    targets,
    value,
)
from services.gateway.public_record.publish_list import Said, said
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View
from shared.published import contracts
from shared.published.terms import AgencyId, ContractId, MeasureId, MeasureTerms


def signed(said: Said) -> Told:
    contract = _agreed(said) | {"status": "active", "dateSigned": beginning(said["effective_on"])}
    return Told(("contract",), _parties(said["terms"]) | {"contracts": [contract]})


def amended(said: Said, what: str, amendment: str, before: Iterable[str]) -> Told:
    """The terms from now on; a measure that is no longer among them says so."""
    contract = _agreed(said)
    still = {one["measure"] for one in said["terms"]["measures"]}
    gone = [
        {"id": measure, "description": f"No longer agreed from {said['effective_on']}"}
        for measure in before
        if measure not in still
    ]
    if gone:
        contract["agreedMetrics"] = [*contract.get("agreedMetrics", ()), *gone]
    contract["amendments"] = [
        {"id": amendment, "date": beginning(said["effective_on"]), "description": what}
    ]
    return Told(("contractAmendment",), _parties(said["terms"]) | {"contracts": [contract]})


def paid(said: Said, provider: str, final_pence: int | None) -> Told:
    """One payment; once the contract has ended, all that was paid on it too."""
    transaction = {
        "id": said["payment"], "date": beginning(said["effective_on"]),
        "value": value(said["amount_pence"]), "payee": {"id": provider},
    }  # fmt: skip
    implementation: Json = {"transactions": [transaction]}
    if final_pence is not None:
        implementation["finalValue"] = value(final_pence)
    tag = "implementation" if final_pence is None else "implementationUpdate"
    return Told((tag,), _contract(said, implementation=implementation))


def terminated(said: Said, paid_pence: int) -> Told:
    details = f"Ended early under clause {said['clause']}"
    return _ended(said, paid_pence, details)


def completed(said: Said, paid_pence: int) -> Told:
    return _ended(said, paid_pence, "Ended at the end of its term")


def _ended(said: Said, paid_pence: int, details: str) -> Told:
    implementation = {
        "endDate": ending(said["effective_on"]), "endDateDetails": details,
        "finalValue": value(paid_pence), "finalValueDetails": "What has been paid so far",
    }  # fmt: skip
    content = _contract(said, status="terminated", implementation=implementation)
    return Told(("contractTermination",), content)


def _contract(said: Said, **changed: object) -> Json:
    return {"contracts": [{"id": said["contract"], **changed}]}


def _agreed(said: Said) -> Json:
    terms = said["terms"]
    contract: Json = {
        "id": said["contract"], "title": terms["title"],
        "period": period(terms["starts_on"], terms["ends_on"]),
        "value": value(sum(terms["commitments"].values())),
    }  # fmt: skip
    if terms["measures"]:
        contract["agreedMetrics"] = targets(terms["measures"], terms["starts_on"], terms["ends_on"])
    return contract


def _parties(terms: Said) -> Json:
    buyer, supplier = terms["commissioner"], terms["provider"]
    return {"parties": party((buyer, BUYER), (supplier, SUPPLIER)), "buyer": {"id": buyer}}


class AgreedRow(Row, frozen=True, kw_only=True):
    """A contract. `measures` are as they were first agreed, so that a figure once shown, or not
    shown, stays so; `changes` are the days on which it was changed.
    """

    contract: ContractId
    award: str
    partnership: str
    provider: AgencyId
    measures: dict[MeasureId, MeasureTerms]
    signed_on: date
    starts_on: date
    ends_on: date
    first_pence: int
    value_pence: int
    first_ends_on: date
    paid_pence: int = 0
    changes: tuple[date, ...] = ()
    ended_on: date | None = None
    ended_early: bool = False
    last_ns: int = 0


Changing = contracts.ContractVaried | contracts.ContractExtended
Agreeing = (
    contracts.ContractSigned
    | contracts.ContractVaried
    | contracts.ContractExtended
    | contracts.PaymentMade
    | contracts.ContractTerminated
    | contracts.ContractCompleted
)


def agreed_of(recorded: Recorded) -> str | None:
    return getattr(recorded.event, "contract", None) or None


def fold_agreed(
    row: AgreedRow | None, recorded: Recorded
) -> tuple[AgreedRow, tuple[ReleaseLine, ...]]:
    event = recorded.event
    if isinstance(event, contracts.ContractSigned):
        row = _signed(event)
    if row is None:
        raise LookupError(f"{type(event).__name__} came before the contract was signed")
    told = _told_of_contract(row, recorded)
    at = dated(recorded.recorded_at, "contracts", row.last_ns)
    line = released(recorded, f"contract/{row.contract}", at, told)
    return replace(_since(row, event), last_ns=at), (line,)


def _signed(event: contracts.ContractSigned) -> AgreedRow:
    terms = event.terms
    pence = sum(terms.commitments.values())
    return AgreedRow(
        contract=event.contract,
        award=terms.award,
        partnership=terms.partnership,
        provider=terms.provider,
        measures={one.measure: one for one in terms.measures},
        signed_on=event.effective_on,
        starts_on=terms.starts_on,
        ends_on=terms.ends_on,
        first_ends_on=terms.ends_on,
        first_pence=pence,
        value_pence=pence,
    )


def _since(row: AgreedRow, event: object) -> AgreedRow:
    match event:
        case contracts.ContractVaried() | contracts.ContractExtended():
            terms = event.terms
            return replace(
                row,
                provider=terms.provider,
                measures={one.measure: one for one in terms.measures} | row.measures,
                ends_on=terms.ends_on,
                value_pence=sum(terms.commitments.values()),
                changes=(*row.changes, event.effective_on),
            )
        case contracts.PaymentMade():
            return replace(row, paid_pence=row.paid_pence + event.amount_pence)
        case contracts.ContractTerminated() | contracts.ContractCompleted():
            early = isinstance(event, contracts.ContractTerminated)
            return replace(row, ended_on=event.effective_on, ended_early=early)
        case _:
            return row


def _told_of_contract(row: AgreedRow, recorded: Recorded) -> Told:
    match recorded.event:
        case contracts.ContractSigned() as event:
            return signed(said(event))
        case contracts.ContractVaried() as event:
            amendment = str(recorded.envelope.event_id)
            return amended(said(event), "Varied", amendment, row.measures)
        case contracts.ContractExtended() as event:
            amendment = str(recorded.envelope.event_id)
            return amended(said(event), "Extended", amendment, row.measures)
        case contracts.PaymentMade() as event:
            final = row.paid_pence + event.amount_pence if row.ended_on else None
            return paid(said(event), row.provider, final)
        case contracts.ContractTerminated() as event:
            return terminated(said(event), row.paid_pence)
        case contracts.ContractCompleted() as event:
            return completed(said(event), row.paid_pence)
        case event:
            raise TypeError(f"{type(event).__name__} is no fact of a contract")


AGREED: View[AgreedRow] = View(
    name="public_contracts",
    source="contracts",
    row=AgreedRow,
    events=get_args(Agreeing),
    key=agreed_of,
    fold=fold_agreed,
    emits=ReleaseLine,
    indexes=("award",),
    ordered_lines=True,
)
