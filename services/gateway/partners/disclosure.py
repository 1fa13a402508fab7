"""An event as one agency may see it: whole, with something left out, or in its own words. Pure.

Law: a copy with something left out still decodes as the same event and says what is missing; texts
are cited only to those who may read them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from msgspec.structs import replace

from services.gateway.contract_views.series import FEWEST_SHOWN, without_small
from services.gateway.contract_views.views import MonitoringFact
from services.gateway.partners.audience import Relations
from services.gateway.partners.facts import Facts
from shared.eventsourcing.events import Published
from shared.published import contracts, monitoring, needs, procurement
from shared.published.terms import ContractId, MeasureTerms, Reading, TextRef

NO_TEXT = TextRef(text=UUID(int=0), digest="")
"""Stands where an event cites a text that the agency may not read."""

ENTITLED = frozenset({"provider", "commissioner"})
"""Who sees small counts, breakdowns, stories and what is said between the two."""

ANYONE_READS = (
    needs.AssessmentPublished
    | needs.SpecificationWithdrawn
    | procurement.QuestionAnswered
    | procurement.ProviderSuspended
    | procurement.ProviderReinstated
    | procurement.DirectAwardMade
    | procurement.FrameworkCallOffMade
    | procurement.InHouseProvisionAgreed
    | procurement.GrantOffered
    | contracts.ContractVaried
    | contracts.NoticeIssued
    | contracts.NoticeAnswered
    | contracts.InvoiceDisputed
)
"""Events whose texts everyone whom they concern may read at the door of their service."""

S = TypeVar("S", bound=msgspec.Struct)
Counted = monitoring.ReturnSubmitted | monitoring.ReturnRestated | monitoring.ReturnAccepted


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
    readings = _readings(event.contract, event.readings, facts)
    match event:
        case monitoring.ReturnAccepted():
            return replace(event, readings=readings)
        case monitoring.ReturnSubmitted() | monitoring.ReturnRestated():
            small = {
                name: 0
                for name in ("complaints", "compliments")
                if getattr(event, name) < FEWEST_SHOWN
            }
            story = {"story": None} if isinstance(event, monitoring.ReturnSubmitted) else {}
            with_it = {
                name: () for name in ("evidence", "risks", "incidents") if getattr(event, name)
            }
            left_out = sorted({*small, *story, *with_it, "breakdowns", "receipt"})
            return replace(
                event,
                readings=readings,
                breakdowns=(),
                receipt="",
                declaration=None,
                content=None,
                withheld=tuple(left_out),
                **small,
                **story,
                **with_it,
            )


def _readings(
    contract: ContractId, readings: tuple[Reading, ...], facts: Facts
) -> tuple[Reading, ...]:
    known = facts.contract(contract)
    measures: Mapping[str, MeasureTerms] = (
        {one.measure: one for one in known.terms.measures} if known else {}
    )
    return without_small(measures, readings)


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
