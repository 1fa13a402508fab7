"""The thread's beginning: what needs publishes of outcomes, needs, strategies and decisions."""

from __future__ import annotations

from services.gateway.threads.graph import Edge, Kind, Node, Ref
from shared.eventsourcing.events import Recorded
from shared.published import needs

Told = (
    needs.AssessmentPublished
    | needs.StrategyPublished
    | needs.SpecificationPublished
    | needs.DecisionTaken
)
DECIDED: dict[str, Kind] = {
    "strategy": "strategy",
    "specification": "specification",
    "award": "award",
    "contract": "contract",
    "review": "review",
}


def about(recorded: Recorded) -> str | None:
    match recorded.event:
        case needs.AssessmentPublished() as event:
            return f"assessment/{event.assessment}"
        case needs.StrategyPublished() as event:
            return f"strategy/{event.strategy}"
        case needs.SpecificationPublished() as event:
            return f"specification/{event.specification}"
        case needs.DecisionTaken() as event:
            return f"decision/{event.decision}"
        case _:
            return None


def told(recorded: Recorded) -> tuple[list[Node], list[Edge]]:
    """The nodes and edges an event adds."""
    on = recorded.effective_on
    match recorded.event:
        case needs.AssessmentPublished() as event:
            return _assessment(event, recorded)
        case needs.StrategyPublished() as event:
            return _strategy(event, recorded)
        case needs.SpecificationPublished() as event:
            return _specification(event, recorded)
        case needs.DecisionTaken() as event:
            ref = Ref("decision", event.decision)
            title = f"Decision on {event.about_kind} {event.about}"
            carried = "carried" if event.carried else "not carried"
            node = Node(kind="decision", id=event.decision, title=title, on=on, status=carried)
            kind = DECIDED.get(event.about_kind)
            edge = kind and Edge(source=ref, relation="decided on", target=Ref(kind, event.about))
            return [node], [edge] if edge else []
        case _:
            return [], []


def _assessment(
    event: needs.AssessmentPublished, recorded: Recorded
) -> tuple[list[Node], list[Edge]]:
    on = recorded.effective_on
    ref = Ref("assessment", event.assessment)
    nodes = [Node(kind="assessment", id=event.assessment, title=f"Assessment {event.year}", on=on)]
    nodes += [
        Node(kind="outcome", id=one.outcome, title=one.title, on=on) for one in event.outcomes
    ]
    nodes += [Node(kind="need", id=one.need, title=one.title, on=on) for one in event.needs]
    edges: list[Edge] = []
    for need in event.needs:
        found = Ref("need", need.need)
        edges.append(Edge(source=ref, relation="found", target=found))
        edges.append(Edge(source=Ref("outcome", need.outcome), relation="asks for", target=found))
    return nodes, edges


def _strategy(event: needs.StrategyPublished, recorded: Recorded) -> tuple[list[Node], list[Edge]]:
    on = recorded.effective_on
    ref = Ref("strategy", event.strategy)
    nodes = [Node(kind="strategy", id=event.strategy, title=event.title, on=on)]
    edges = [
        Edge(source=Ref("assessment", event.assessment), relation="informed", target=ref),
    ]
    for one in event.recommendations:
        made = Ref("recommendation", one.recommendation)
        nodes.append(Node(kind="recommendation", id=one.recommendation, title=one.title, on=on))
        edges += [
            Edge(source=ref, relation="recommends", target=made),
            Edge(source=Ref("need", one.need), relation="led to", target=made),
            Edge(source=Ref("outcome", one.outcome), relation="asks for", target=made),
        ]
    return nodes, edges


def _specification(
    event: needs.SpecificationPublished, recorded: Recorded
) -> tuple[list[Node], list[Edge]]:
    ref = Ref("specification", event.specification)
    node = Node(
        kind="specification",
        id=event.specification,
        title=event.title,
        on=recorded.effective_on,
        amount_pence=event.annual_value_pence,
    )
    outcomes = [Node(kind="outcome", id=one.outcome, title=one.title) for one in event.outcomes]
    edges = [
        Edge(
            source=Ref("recommendation", event.recommendation), relation="specified in", target=ref
        ),
        Edge(source=Ref("need", event.need), relation="led to", target=ref),
        Edge(source=Ref("strategy", event.strategy), relation="specified in", target=ref),
        *(Edge(source=one.ref, relation="asks for", target=ref) for one in outcomes),
    ]
    return [node, *outcomes], edges
