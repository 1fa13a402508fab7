"""What is public: the fields of published events that a release may tell, and no others. Pure.

Law: this is a list of what is shown, never of what is hidden. The mapping is given nothing else of
an event, so a field that is added to one stays unpublished until it is named here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from shared.eventsourcing.events import Published, type_of

Said = dict[str, Any]
"""The public part of an event, in JSON's own types; a default that was not sent is not there."""

_TERMS = (
    "commissioner", "provider", "award", "kind", "title", "starts_on", "ends_on", "commitments",
    "measures.measure", "measures.title", "measures.unit", "measures.target", "measures.counted",
    "measures.out_of", "measures.targets.from_period", "measures.targets.target",
)  # fmt: skip
_AWARD = ("award", "partnership", "specification", "procuring", "provider", "annual_price_pence")

PUBLIC: Mapping[str, tuple[str, ...]] = {
    "needs.assessment-published.v1": (
        "assessment", "partnership", "year", "needs.need", "needs.title",
    ),
    "needs.strategy-published.v1": (
        "strategy", "partnership", "assessment", "title", "recommendations.recommendation",
        "recommendations.title", "recommendations.priority",
    ),
    "needs.specification-published.v1": (
        "specification", "partnership", "strategy", "title", "outcomes.title", "measures.measure",
        "measures.title", "measures.unit", "measures.target", "measures.counted", "measures.out_of",
        "measures.targets.from_period", "measures.targets.target", "annual_value_pence",
        "starts_on", "ends_on",
    ),
    "needs.specification-superseded.v1": ("specification", "partnership", "by"),
    "needs.specification-withdrawn.v1": ("specification", "partnership"),
    "procurement.tender-opened.v1": (
        "tender", "specification", "procuring", "title", "regime", "criteria.criterion",
        "criteria.title", "criteria.kind", "criteria.weight_basis_points", "bids_close_at",
        "lot.number", "lot.of", "lot.title", "lot.annual_value_pence", "payer",
    ),
    "procurement.tender-amended.v1": (
        "tender", "amendment", "title", "criteria.criterion", "criteria.title", "criteria.kind",
        "criteria.weight_basis_points", "bids_close_at",
    ),
    "procurement.question-answered.v1": ("tender", "question"),
    "procurement.bids-opened.v1": ("tender", "bids"),
    "procurement.award-notice-published.v1": (
        "tender", "notice", "published_on", "standstill_ends_at",
    ),
    "procurement.standstill-ended.v1": ("tender", "ended_at"),
    "procurement.standstill-not-required.v1": ("tender", "section"),
    "procurement.representation-resolved.v1": ("tender", "standstill_ends_at"),
    "procurement.award-confirmed.v1": ("tender", "provider", "confirmed_at"),
    "procurement.tender-cancelled.v1": ("tender", "unsuccessful"),
    "procurement.award-announced.v1": (
        *_AWARD, "notice", "published_on", "section", "framework", "standstill_ends_at",
        "no_standstill",
    ),
    "procurement.announced-award-withdrawn.v1": ("award",),
    "procurement.direct-award-made.v1": (*_AWARD, "section"),
    "procurement.framework-call-off-made.v1": (*_AWARD, "framework", "lot"),
    "procurement.in-house-provision-agreed.v1": _AWARD,
    "procurement.grant-offered.v1": _AWARD,
    "contracts.contract-signed.v1": (
        "contract", "effective_on", *(f"terms.{name}" for name in _TERMS),
    ),
    "contracts.contract-varied.v1": (
        "contract", "effective_on", *(f"terms.{name}" for name in _TERMS),
    ),
    "contracts.contract-extended.v1": (
        "contract", "effective_on", *(f"terms.{name}" for name in _TERMS),
    ),
    "contracts.payment-made.v1": ("contract", "payment", "amount_pence", "effective_on"),
    "contracts.contract-terminated.v1": ("contract", "clause", "effective_on"),
    "contracts.contract-completed.v1": ("contract", "effective_on"),
    "monitoring.return-accepted.v1": ("contract", "period"),
    "monitoring.return-restated.v1": ("contract", "period"),
    "monitoring.flag-upheld.v1": ("contract", "flag"),
}  # fmt: skip
"""By type of event, the fields a release may be made of, dotted where they lie deeper; a path goes
through a list into each of its items.

Of `TenderAwarded` a release tells the provider and the price once the award notice is published;
of `UnderperformanceFlagged` the measure and the periods once the flag is upheld; of the readings of
a return the values that no small count stands behind. These three are named in `WITHHELD_UNTIL`.
"""

WITHHELD_UNTIL: Mapping[str, tuple[tuple[str, ...], str]] = {
    "procurement.tender-awarded.v1": (
        ("provider", "annual_price_pence"), "procurement.award-notice-published.v1",
    ),
    "monitoring.underperformance-flagged.v1": (
        ("provider", "measure", "misses.period"), "monitoring.flag-upheld.v1",
    ),
}  # fmt: skip
"""Fields that become public only with a later event of the same process."""


def is_public(event: object) -> bool:
    """Whether an event makes a release at all."""
    return isinstance(event, Published) and type_of(type(event)) in PUBLIC


def said(event: Published) -> Said:
    """The public part of an event. Raises KeyError for one that has none."""
    return _picked(event, PUBLIC[type_of(type(event))])


def kept(event: Published) -> Said:
    """The part of an event that waits for a later one. Raises KeyError for any other event."""
    fields, _ = WITHHELD_UNTIL[type_of(type(event))]
    return _picked(event, fields)


def _picked(event: Published, fields: Iterable[str]) -> Said:
    return _only(msgspec.to_builtins(event), [tuple(field.split(".")) for field in fields])


def _only(value: Mapping[str, Any], paths: list[tuple[str, ...]]) -> Said:
    found: Said = {}
    for name in dict.fromkeys(path[0] for path in paths):
        if name not in value:
            continue
        deeper = [path[1:] for path in paths if path[0] == name and len(path) > 1]
        found[name] = _inside(value[name], deeper) if deeper else value[name]
    return found


def _inside(value: Any, paths: list[tuple[str, ...]]) -> Any:
    if isinstance(value, list | tuple):
        return [_only(item, paths) for item in value]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return _only(value, paths)
