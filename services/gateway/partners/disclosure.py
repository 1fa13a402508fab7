"""An event as one agency may see it: whole, with something left out, or in its own words. Pure.

Law: a copy with something left out still decodes as the same event and says what is missing; texts
are cited only to those who may read them; figures leave as they leave at every other edge.
"""

from __future__ import annotations

from typing import Any, TypeVar
from uuid import UUID

import msgspec
from msgspec.structs import replace

from services.gateway.contract_views.series import Counted
from services.gateway.contract_views.views import MonitoringFact
from services.gateway.partners.audience import Relations
from services.gateway.partners.facts import Facts, decided
from shared.disclosure.showing import breakdowns_shown, count_shown, readings_shown
from shared.eventsourcing.events import Published
from shared.published import contracts, monitoring, needs, procurement
from shared.published.terms import TextRef

NO_TEXT = TextRef(text=UUID(int=0), digest="")
"""Stands where an event cites a text that the agency may not read."""

ENTITLED = frozenset({"provider", "commissioner"})
"""Who sees small counts, breakdowns, stories and what is said between the two."""

ANYONE_READS = (
    needs.AssessmentPublished
    | needs.SpecificationWithdrawn
    | procurement.TenderAmended
    | procurement.QuestionAnswered
    | procurement.ProviderSuspended
    | procurement.ProviderReinstated
    | procurement.ExclusionGroundFound
    | procurement.ExclusionGroundEnded
    | procurement.DirectAwardMade
    | procurement.FrameworkCallOffMade
    | procurement.InHouseProvisionAgreed
    | procurement.GrantOffered
    | contracts.ContractVaried
    | contracts.NoticeIssued
    | contracts.NoticeAnswered
    | contracts.InvoiceDisputed
    | contracts.InvoiceDisputeSettled
)
"""Events whose texts everyone whom they concern may read at the door of their service."""

S = TypeVar("S", bound=msgspec.Struct)


def visible(event: Published, relations: Relations, facts: Facts) -> Published:
    """The event as an agency in these relations to its object may see it."""
    entitled = not relations.isdisjoint(ENTITLED)
    match event:
        case contracts.PaymentMade() if "provider" in relations:
            return replace(event, prepared_by="")
        case contracts.ContractTerminated() if "provider" in relations:
            return replace(event, impact_assessment="")
        case _ if isinstance(event, Counted) and not entitled:
            return without_texts(_counted(event, facts))
        case monitoring.UnderperformanceFlagged() if event.misses and not entitled:
            return replace(event, misses=(), withheld=("misses",))
        case _ if isinstance(event, ANYONE_READS):
            return event
        case _ if isinstance(event, MonitoringFact) and entitled:
            return event
        case _:
            return without_texts(event)


def _counted(event: Counted, facts: Facts) -> Counted:
    agreed = facts.contract(event.contract)
    measures = {one.measure: one for one in agreed.terms.measures} if agreed else {}
    by = decided(facts, event)
    if by.version != event.version:  # a later version left already: this one would be out of order
        by = None
    readings = readings_shown(measures, event.period, event.readings, by)
    match event:
        case monitoring.ReturnAccepted():
            return replace(event, readings=readings)
        case monitoring.ReturnSubmitted() | monitoring.ReturnRestated():
            small = {
                name: 0
                for name in ("complaints", "compliments")
                if count_shown(getattr(event, name)) is None
            }
            story = {"story": None} if isinstance(event, monitoring.ReturnSubmitted) else {}
            with_it = {
                name: () for name in ("evidence", "risks", "incidents") if getattr(event, name)
            }
            parts = breakdowns_shown(event.breakdowns, by)
            whole = {"breakdowns"} if parts and len(parts) == len(event.breakdowns) else set[str]()
            left_out = sorted({*small, *story, *with_it, "breakdowns", "receipt"} - whole)
            return replace(
                event,
                readings=readings,
                breakdowns=parts,
                receipt="",
                declaration=None,
                content=None,
                withheld=tuple(left_out),
                **small,
                **story,
                **with_it,
            )


def without_texts(value: S) -> S:
    """The same with no text cited, at whatever depth."""
    changes: dict[str, Any] = {}
    for name in value.__struct_fields__:
        before = getattr(value, name)
        after = _without(before)
        if after is not before:
            changes[name] = after
    return replace(value, **changes) if changes else value


def _without(value: Any) -> Any:
    match value:
        case TextRef():
            return NO_TEXT
        case msgspec.Struct():
            return without_texts(value)
        case tuple():
            return _each_without(value)  # pyright: ignore[reportUnknownArgumentType]
        case _:
            return value


def _each_without(values: tuple[Any, ...]) -> tuple[Any, ...]:
    after = tuple(_without(one) for one in values)
    changed = any(new is not old for new, old in zip(after, values, strict=True))
    return after if changed else values
