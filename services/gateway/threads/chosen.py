"""The thread's middle: what procurement publishes of tenders and of awards of every kind."""

from __future__ import annotations

from services.gateway.threads.graph import Edge, Node, Ref
from shared.eventsourcing.events import Recorded
from shared.published import procurement

WithoutTender = (
    procurement.DirectAwardMade
    | procurement.FrameworkCallOffMade
    | procurement.InHouseProvisionAgreed
    | procurement.GrantOffered
)
Told = (
    procurement.TenderOpened
    | procurement.TenderAwarded
    | procurement.AwardConfirmed
    | procurement.DirectAwardMade
    | procurement.FrameworkCallOffMade
    | procurement.InHouseProvisionAgreed
    | procurement.GrantOffered
)


def about(recorded: Recorded) -> str | None:
    match recorded.event:
        case (
            procurement.TenderOpened()
            | procurement.TenderAwarded()
            | procurement.AwardConfirmed() as event
        ):
            return f"tender/{event.tender}"
        case event if isinstance(event, WithoutTender):
            return f"award/{event.award}"
        case _:
            return None


def told(recorded: Recorded) -> tuple[list[Node], list[Edge]]:
    """The nodes and edges an event adds."""
    match recorded.event:
        case procurement.TenderOpened() as event:
            ref = Ref("tender", event.tender)
            node = Node(kind="tender", id=event.tender, title=event.title, on=recorded.effective_on)
            opened = Edge(
                source=Ref("specification", event.specification), relation="tendered in", target=ref
            )
            return [node], [opened]
        case procurement.TenderAwarded() as event if event.decision:
            decided = Edge(
                source=Ref("decision", event.decision),
                relation="decided on",
                target=Ref("tender", event.tender),
            )
            return [], [decided]
        case procurement.AwardConfirmed() as event:
            return _awarded(event, recorded, Ref("tender", event.tender))
        case event if isinstance(event, WithoutTender):
            return _awarded(event, recorded, Ref("specification", event.specification))
        case _:
            return [], []


def _awarded(
    event: procurement.AwardConfirmed | WithoutTender, recorded: Recorded, source: Ref
) -> tuple[list[Node], list[Edge]]:
    node = Node(
        kind="award",
        id=event.award,
        title=f"{TITLES[type(event)]} to {event.provider}",
        on=recorded.effective_on,
        amount_pence=event.annual_price_pence,
    )
    edges = [Edge(source=source, relation="awarded in", target=node.ref)]
    if decision := getattr(event, "decision", ""):
        decided = Ref("decision", decision)
        edges.append(Edge(source=decided, relation="decided on", target=node.ref))
    return [node], edges


TITLES: dict[type, str] = {
    procurement.AwardConfirmed: "Award",
    procurement.DirectAwardMade: "Direct award",
    procurement.FrameworkCallOffMade: "Call-off",
    procurement.InHouseProvisionAgreed: "In-house provision",
    procurement.GrantOffered: "Grant",
}
