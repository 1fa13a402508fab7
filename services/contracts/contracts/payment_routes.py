"""The doors of a contract's money: invoices, payments, withholdings, accruals, what is due."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Request

from services.contracts.contracts import bodies, commands
from services.contracts.contracts.decider import CONTRACTS
from services.contracts.contracts.routes import own
from services.contracts.contracts.state import Signed
from services.contracts.contracts.views import ContractRow
from services.contracts.reading import Contracts, Flags, contract_parties
from shared.eventsourcing.clock import london_date
from shared.http.bodies import Id
from shared.http.handling import Accepted, Handling
from shared.http.identity import Actor
from shared.http.permissions import allowed
from shared.http.reading import Listed, Paging
from shared.http.routing import Router

router = Router(prefix="/v1/contracts", tags=["payments"])

Lead = Annotated[Actor, allowed("contracts:write", "lead", of=contract_parties)]
Provider = Annotated[Actor, allowed("invoices:write", "provider", of=contract_parties)]
Preparer = Annotated[Actor, allowed("payments:write", "host", of=contract_parties)]
Approver = Annotated[Actor, allowed("payments:approve", "host", of=contract_parties)]


@router.get("/payments-due")
async def list_payments_due(
    request: Request,
    contracts: Contracts,
    paging: Paging,
    actor: Annotated[Actor, allowed("contracts:read")],
) -> Listed[dict[str, Any]]:
    """What is owed to providers, certificate by certificate, with the day it is due; by contract.

    A page holds the certificates of so many contracts.
    """
    today = london_date(request.app.state.house.clock())
    found = await own(request, contracts, actor.agency, paging.after, paging.limit + 1)
    page = paging.page(found)
    lines = [line for row in page.items for line in _owed(row)]
    for line in lines:
        line["overdue"] = line["due_on"] < today
    return Listed(items=sorted(lines, key=lambda line: line["due_on"]), next=page.next)


def _owed(row: ContractRow) -> list[dict[str, Any]]:
    if not isinstance(row.state, Signed):
        return []
    disputed = {i.period for i in row.state.books.invoices.values() if i.disputed}
    return [
        {
            "contract": row.contract,
            "fund": row.fund,
            "provider": row.provider,
            "title": row.title,
            "certificate": name,
            "element": certificate.element,
            "period": certificate.period,
            "owed_pence": certificate.owed_pence,
            "due_on": certificate.due_on,
            "in_payment": bool(certificate.payment),
            "disputed": certificate.period in disputed,
        }
        for name, certificate in row.state.books.standing.items()
        if certificate.owed_pence > 0
    ]


@router.post("/{contract}/invoices", status_code=201)
async def receive_invoice(
    contract: Id, body: bodies.InvoiceBody, handle: Handling, actor: Provider
) -> Accepted:
    """The provider asks for a period's money. 409: duplicate-invoice, self-billed, not-signed.

    422: period-outside-contract.
    """
    command = commands.ReceiveInvoice(
        invoice=body.invoice,
        net_pence=body.net_pence,
        vat_pence=body.vat_pence,
        period=body.period,
        now=handle.now(),
    )
    return await handle(actor, CONTRACTS, contract, command)


@router.post("/{contract}/invoices/{invoice}/dispute", status_code=201)
async def dispute_invoice(
    contract: Id, invoice: Id, body: bodies.ReasonBody, handle: Handling, actor: Lead
) -> Accepted:
    """Pause payment of the invoice's period. 409: unknown-invoice."""
    reason = await handle.keep_text(actor, "reason", body.reason)
    command = commands.DisputeInvoice(invoice=invoice, reason=reason, now=handle.now())
    return await handle(actor, CONTRACTS, contract, command)


@router.post("/{contract}/invoices/{invoice}/settlement", status_code=201)
async def settle_dispute(
    contract: Id, invoice: Id, body: bodies.ReasonBody, handle: Handling, actor: Lead
) -> Accepted:
    """End a dispute. 409: unknown-invoice."""
    reason = await handle.keep_text(actor, "reason", body.reason)
    command = commands.SettleDispute(invoice=invoice, reason=reason, now=handle.now())
    return await handle(actor, CONTRACTS, contract, command)


class InMaking(Accepted):
    """What was prepared and waits for another person."""

    payment: str = ""
    accrual: str = ""
    withholding: str = ""


@router.post("/{contract}/payments", status_code=201)
async def prepare_payment(
    contract: Id, body: bodies.PaymentRequest, handle: Handling, actor: Preparer
) -> InMaking:
    """Prepare the payment of certificates of one financial year.

    409: unknown-certificate, certificates-of-two-years, invoice-disputed, nothing-payable,
    certificate-in-payment.
    """
    payment = str(handle.command_id(actor))
    command = commands.PreparePayment(
        payment=payment,
        certificates=tuple(body.certificates),
        prepared_by=actor.person,
        now=handle.now(),
    )
    accepted = await handle(actor, CONTRACTS, contract, command)
    return InMaking(id=accepted.id, version=accepted.version, payment=payment)


@router.post("/{contract}/payments/{payment}/approval", status_code=201)
async def approve_payment(contract: Id, payment: Id, handle: Handling, actor: Approver) -> Accepted:
    """Another person approves, and the money leaves the bank. 403: approver-is-preparer.

    409: unknown-payment, payment-changed, invoice-disputed, nothing-payable.
    """
    command = commands.ApprovePayment(payment=payment, approved_by=actor.person, now=handle.now())
    return await handle(actor, CONTRACTS, contract, command)


@router.post("/{contract}/payments/{payment}/refusal", status_code=201)
async def turn_down_payment(
    contract: Id, payment: Id, body: bodies.ReasonBody, handle: Handling, actor: Approver
) -> Accepted:
    """Not approved; its certificates can be prepared again. 409: unknown-payment."""
    command = commands.TurnDownPayment(
        payment=payment,
        reason=await handle.keep_text(actor, "reason", body.reason),
        turned_down_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, CONTRACTS, contract, command)


@router.post("/{contract}/withholdings", status_code=201)
async def withhold(
    contract: Id, body: bodies.WithholdingBody, handle: Handling, flags: Flags, actor: Lead
) -> InMaking:
    """Keep part of a certificate back under the clause: for an upheld case that still runs, or for
    an overdue return until it comes.

    409: no-withholding-clause, sanctions-not-live, flag-not-upheld, return-not-awaited,
    unknown-certificate, certificate-in-payment, above-clause. 422: not-one-reason.
    """
    flag = await flags.get(body.flag) if body.flag else None
    upheld = (
        flag is not None
        and flag.contract == contract
        and flag.status == "upheld"
        and not flag.closed
    )
    withholding = str(handle.command_id(actor))
    command = commands.WithholdAmount(
        withholding=withholding,
        certificate=body.certificate,
        basis_points=body.basis_points,
        flag=body.flag,
        flag_upheld=upheld,
        period=body.period,
        now=handle.now(),
    )
    accepted = await handle(actor, CONTRACTS, contract, command)
    return InMaking(id=accepted.id, version=accepted.version, withholding=withholding)


@router.post("/{contract}/withholdings/{withholding}/release", status_code=201)
async def release_withholding(
    contract: Id, withholding: Id, body: bodies.AmountBody, handle: Handling, actor: Lead
) -> Accepted:
    """Owe it to the provider again. 409: unknown-withholding, above-withheld."""
    command = commands.ReleaseWithholding(
        withholding=withholding, amount_pence=body.amount_pence, now=handle.now()
    )
    return await handle(actor, CONTRACTS, contract, command)


@router.post("/{contract}/withholdings/{withholding}/forfeit", status_code=201)
async def forfeit_withholding(
    contract: Id, withholding: Id, body: bodies.AmountBody, handle: Handling, actor: Lead
) -> Accepted:
    """Keep it for good, under the clause that says so. 409: unknown-withholding, above-withheld,
    no-forfeiture-clause, sanctions-not-live, year-closed.
    """
    command = commands.ForfeitWithholding(
        withholding=withholding, amount_pence=body.amount_pence, now=handle.now()
    )
    return await handle(actor, CONTRACTS, contract, command)


@router.post("/{contract}/accruals", status_code=201)
async def propose_accrual(
    contract: Id, body: bodies.AccrualBody, handle: Handling, actor: Preparer
) -> InMaking:
    """Estimate the cost of a period that is over and whose return is not in.

    409: period-not-over, return-is-in, already-accrued, above-cap, year-closed.
    422: element-not-paid, period-outside-contract.
    """
    accrual = str(handle.command_id(actor))
    command = commands.ProposeAccrual(
        accrual=accrual,
        element=body.element,
        period=body.period,
        amount_pence=body.amount_pence,
        proposed_by=actor.person,
        now=handle.now(),
    )
    accepted = await handle(actor, CONTRACTS, contract, command)
    return InMaking(id=accepted.id, version=accepted.version, accrual=accrual)


@router.post("/{contract}/accruals/{accrual}/approval", status_code=201)
async def approve_accrual(contract: Id, accrual: Id, handle: Handling, actor: Approver) -> Accepted:
    """Another person approves. 403: approver-is-preparer. 409: unknown-accrual, return-is-in."""
    command = commands.ApproveAccrual(accrual=accrual, approved_by=actor.person, now=handle.now())
    return await handle(actor, CONTRACTS, contract, command)
