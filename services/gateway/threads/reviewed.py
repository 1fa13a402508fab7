"""The thread's other branch: what monitoring publishes of returns, flags and reviews."""

from __future__ import annotations

from services.gateway.threads.agreed import return_of
from services.gateway.threads.graph import Edge, Node, Ref
from shared.eventsourcing.events import Recorded
from shared.published import monitoring

Judged = (
    monitoring.ReturnSubmitted
    | monitoring.ReturnRejected
    | monitoring.ReturnAccepted
    | monitoring.ReturnRestated
    | monitoring.ReturnOverdue
    | monitoring.ReturnCancelled
)
Told = (
    monitoring.ReturnScheduled
    | monitoring.ReturnSubmitted
    | monitoring.ReturnRejected
    | monitoring.ReturnAccepted
    | monitoring.ReturnRestated
    | monitoring.ReturnOverdue
    | monitoring.ReturnCancelled
    | monitoring.UnderperformanceFlagged
    | monitoring.ReviewOpened
    | monitoring.ReviewConcluded
)
STATUS: dict[type, str] = {
    monitoring.ReturnScheduled: "scheduled",
    monitoring.ReturnSubmitted: "submitted",
    monitoring.ReturnRejected: "rejected",
    monitoring.ReturnAccepted: "accepted",
    monitoring.ReturnRestated: "restated",
    monitoring.ReturnOverdue: "overdue",
    monitoring.ReturnCancelled: "cancelled",
}


def about(recorded: Recorded) -> str | None:
    contract = getattr(recorded.event, "contract", "")
    return f"contract/{contract}" if contract else None


def told(recorded: Recorded) -> tuple[list[Node], list[Edge]]:
    """The nodes and edges an event adds."""
    match recorded.event:
        case monitoring.ReturnScheduled() as event:
            return _return(event, recorded)
        case monitoring.ReturnAccepted() as event if event.measures:
            return [], []
        case event if isinstance(event, Judged):
            return _return(event, recorded)
        case monitoring.UnderperformanceFlagged() as event:
            return _flag(event, recorded)
        case monitoring.ReviewOpened() | monitoring.ReviewConcluded() as event:
            return _review(event, recorded)
        case _:
            return [], []


def _return(
    event: monitoring.ReturnScheduled | Judged, recorded: Recorded
) -> tuple[list[Node], list[Edge]]:
    ref = return_of(event.contract, event.period)
    node = Node(
        kind="return",
        id=ref.id,
        title=f"Return for {event.period}",
        on=recorded.effective_on,
        status=STATUS[type(event)],
    )
    return [node], [Edge(source=Ref("contract", event.contract), relation="reports in", target=ref)]


def _flag(
    event: monitoring.UnderperformanceFlagged, recorded: Recorded
) -> tuple[list[Node], list[Edge]]:
    ref = Ref("flag", event.flag)
    title = f"Flag on {event.measure}" if event.measure else f"Flag: {event.rule}"
    node = Node(kind="flag", id=event.flag, title=title, on=recorded.effective_on)
    edges = [Edge(source=Ref("contract", event.contract), relation="brought", target=ref)]
    edges += [
        Edge(source=return_of(event.contract, miss.period), relation="missed in", target=ref)
        for miss in event.misses
    ]
    return [node], edges


def _review(
    event: monitoring.ReviewOpened | monitoring.ReviewConcluded, recorded: Recorded
) -> tuple[list[Node], list[Edge]]:
    status = event.conclusion if isinstance(event, monitoring.ReviewConcluded) else "open"
    node = Node(
        kind="review",
        id=event.review,
        title="Formal review",
        on=recorded.effective_on,
        status=status,
    )
    contract = Ref("contract", event.contract)
    return [node], [Edge(source=contract, relation="reviewed in", target=node.ref)]
