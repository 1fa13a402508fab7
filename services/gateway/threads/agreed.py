"""The thread's end: contracts, what was certified, withheld and paid on them, and the ledger."""

from __future__ import annotations

from services.gateway.threads.graph import Edge, Kind, Node, Ref
from shared.eventsourcing.events import Recorded
from shared.published import contracts

Agreeing = contracts.ContractSigned | contracts.ContractVaried | contracts.ContractExtended
Told = (
    contracts.ContractSigned
    | contracts.ContractVaried
    | contracts.ContractExtended
    | contracts.NoticeIssued
    | contracts.InvoiceReceived
    | contracts.PaymentCertified
    | contracts.CertificationReversed
    | contracts.AmountWithheld
    | contracts.PaymentMade
    | contracts.AgreementSigned
    | contracts.PooledFundOpened
)


def about(recorded: Recorded) -> str | None:
    match recorded.event:
        case contracts.AgreementSigned() | contracts.PooledFundOpened() as event:
            return f"fund/{event.fund}"
        case event:
            contract = getattr(event, "contract", "")
            return f"contract/{contract}" if contract else None


def ledger_of(fund: str, year: str) -> Ref:
    """A fund's year: `f1:2026-27`."""
    return Ref("ledger", f"{fund}:{year.replace('/', '-')}")


def return_of(contract: str, period: str) -> Ref:
    return Ref("return", f"{contract}:{period}")


def told(recorded: Recorded) -> tuple[list[Node], list[Edge]]:
    """The nodes and edges an event adds."""
    match recorded.event:
        case event if isinstance(event, Agreeing):
            return _contract(event, recorded)
        case contracts.PooledFundOpened() as event:
            ref = ledger_of(event.fund, event.year)
            title = f"Pooled fund {event.fund}, {event.year}"
            return [Node(kind="ledger", id=ref.id, title=title, on=event.effective_on)], []
        case contracts.NoticeIssued() as event:
            return _under(
                recorded, "notice", event.notice, f"Notice under {event.clause}", flag=event.flag
            )
        case contracts.InvoiceReceived() as event:
            return _under(
                recorded,
                "invoice",
                event.invoice,
                f"Invoice for {event.period}",
                pence=event.net_pence,
            )
        case contracts.PaymentCertified() | contracts.CertificationReversed() as event:
            return _certificate(event, recorded)
        case contracts.AmountWithheld() as event:
            return _withheld(event, recorded)
        case contracts.PaymentMade() as event:
            return _payment(event, recorded)
        case _:
            return [], []


def _contract(
    event: contracts.ContractSigned | contracts.ContractVaried | contracts.ContractExtended,
    recorded: Recorded,
) -> tuple[list[Node], list[Edge]]:
    terms = event.terms
    ref = Ref("contract", event.contract)
    node = Node(
        kind="contract",
        id=event.contract,
        title=terms.title,
        on=recorded.effective_on,
        amount_pence=sum(terms.commitments.values()),
    )
    edges = [
        Edge(source=Ref("award", terms.award), relation="agreed in", target=ref),
        Edge(source=Ref("specification", terms.specification), relation="agreed in", target=ref),
        *(
            Edge(source=Ref("outcome", one.outcome), relation="asks for", target=ref)
            for one in terms.outcomes
        ),
    ]
    return [node], edges


def _under(
    recorded: Recorded, kind: Kind, id: str, title: str, flag: str = "", pence: int | None = None
) -> tuple[list[Node], list[Edge]]:
    """Something that hangs on its contract, and on a flag where it names one."""
    contract: str = getattr(recorded.event, "contract", "")
    node = Node(kind=kind, id=id, title=title, on=recorded.effective_on, amount_pence=pence)
    edges = [Edge(source=Ref("contract", contract), relation="brought", target=node.ref)]
    if flag:
        edges.append(Edge(source=Ref("flag", flag), relation="led to", target=node.ref))
    return [node], edges


def _certificate(
    event: contracts.PaymentCertified | contracts.CertificationReversed, recorded: Recorded
) -> tuple[list[Node], list[Edge]]:
    """A reversal marks the certificate itself; what had been paid on it still hangs there."""
    if isinstance(event, contracts.CertificationReversed):
        node = Node(
            kind="certificate",
            id=event.certificate,
            title="Certificate, reversed",
            on=recorded.effective_on,
            amount_pence=event.amount_pence,
            status="reversed",
        )
        return [node], []
    title = f"{event.element} certified for {event.period}"
    nodes, edges = _under(
        recorded, "certificate", event.certificate, title, pence=event.amount_pence
    )
    if event.return_version:
        rests_on = return_of(event.contract, event.period)
        edges.append(Edge(source=rests_on, relation="supports", target=nodes[0].ref))
    return nodes, edges


def _withheld(event: contracts.AmountWithheld, recorded: Recorded) -> tuple[list[Node], list[Edge]]:
    title = f"Withheld under {event.clause}"
    nodes, edges = _under(
        recorded, "withholding", event.withholding, title, event.flag, event.amount_pence
    )
    certificate = Ref("certificate", event.certificate)
    edges.append(Edge(source=certificate, relation="withheld from", target=nodes[0].ref))
    return nodes, edges


def _payment(event: contracts.PaymentMade, recorded: Recorded) -> tuple[list[Node], list[Edge]]:
    node = Node(
        kind="payment",
        id=event.payment,
        title=f"Payment, {event.year}",
        on=recorded.effective_on,
        amount_pence=event.amount_pence,
    )
    ledger = ledger_of(event.fund, event.year)
    edges = [
        *(
            Edge(source=Ref("certificate", certificate), relation="paid by", target=node.ref)
            for certificate in event.certificates
        ),
        Edge(source=node.ref, relation="posted in", target=ledger),
    ]
    return [node, Node(kind="ledger", id=ledger.id)], edges
