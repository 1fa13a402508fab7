"""Says what a merged contracting process is, and what of it matters here. Pure.

What a publisher got wrong is named as a defect and never guessed right.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import msgspec

from services.procurement.notices.events import NoticeKind, NoticeTerms
from services.procurement.notices.packages import Unreadable
from services.procurement.notices.shapes import (
    Json,
    instant_of,
    list_of,
    object_of,
    objects_of,
    text_of,
)
from shared.eventsourcing.clock import london_date

ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
CPV = re.compile(r"[0-9]{8}(-[0-9])?")
MOST_POUNDS = 10**12
MOST_RELATED = 50
ENDED = frozenset({"cancelled", "unsuccessful", "withdrawn"})
EARLY = frozenset({"planning", "planned"})


class Findings:
    """Reads one compiled release, and remembers what is wrong with it."""

    def __init__(self, compiled: Json) -> None:
        self.compiled = compiled
        self.tender = object_of(compiled.get("tender"))
        self.awards = objects_of(compiled.get("awards"))
        self.contracts = objects_of(compiled.get("contracts"))
        self.defects: list[str] = []

    def note(self, defect: str) -> None:
        if defect not in self.defects:
            self.defects.append(defect)

    def title(self) -> str:
        named = [self.tender, *self.awards, *self.contracts, self.compiled]
        title = next((text for one in named if (text := text_of(one.get("title")))), "")
        if not title:
            self.note("title-missing")
        return title

    def buyer(self) -> tuple[str, str]:
        buyer = object_of(self.compiled.get("buyer"))
        found = text_of(buyer.get("id")), text_of(buyer.get("name"))
        if not all(found):
            self.note("buyer-incomplete")
        return found

    def value_pence(self) -> int | None:
        """In order of what is firmest: contracts, awards, the tender; several are added up."""
        for name, holders in (
            ("contracts", self.contracts),
            ("awards", self.awards),
            ("tender", [self.tender]),
        ):
            values = [object_of(one["value"]) for one in holders if "value" in one]
            if values:
                return self._sum(name, values)
        self.note("value-missing")
        return None

    def _sum(self, where: str, values: Sequence[Json]) -> int | None:
        if any(value.get("currency") != "GBP" for value in values):
            self.note(f"value-not-gbp:{where}")
            return None
        amounts = [_pence(value.get("amount")) for value in values]
        known = [amount for amount in amounts if amount is not None]
        if len(known) < len(amounts):
            self.note(f"value-unreadable:{where}")
            return None
        if sum(known) <= 100:
            self.note(f"value-nominal:{where}")
        return sum(known)

    def when(self, holder: Json, *path: str) -> datetime | None:
        """An aware time at a path; one that is there and cannot be read is a defect."""
        value: Any = holder
        for name in path:
            value = object_of(value).get(name)
        if value is None:
            return None
        at = instant_of(value)
        if at is None:
            self.note(f"date-unreadable:{'/'.join(path)}")
        return at

    def term(self) -> tuple[date | None, date | None]:
        """First and last day of the contract, from the firmest source that says either."""
        sources = [(one, "period") for one in self.contracts]
        sources += [(one, "contractPeriod") for one in (*self.awards, self.tender)]
        sources += [(one, "contractPeriod") for one in objects_of(self.tender.get("lots"))]
        for holder, name in sources:
            starts = self.when(holder, name, "startDate")
            ends = self.when(holder, name, "endDate")
            if starts or ends:
                return _day(starts), _day(ends)
        return None, None


def classify(compiled: Json, published_at: datetime, defects: Iterable[str] = ()) -> NoticeTerms:
    """What a process is. Raises Unreadable where nothing says so."""
    found = Findings(compiled)
    for defect in defects:
        found.note(defect)
    if not all(ADDRESS.fullmatch(address) for address in addresses(compiled)):
        found.note("address-unreadable")
    kind, why = kind_of(found)
    buyer, buyer_name = found.buyer()
    starts_on, ends_on = found.term()
    terms = NoticeTerms(
        kind=kind,
        why=why,
        title=found.title(),
        buyer=buyer,
        buyer_name=buyer_name,
        cpv=tuple(sorted(set(cpv_codes(compiled)))),
        value_pence=found.value_pence(),
        status=text_of(found.tender.get("status")),
        method=text_of(found.tender.get("procurementMethod")),
        published_at=published_at,
        closes_at=found.when(found.tender, "tenderPeriod", "endDate"),
        starts_on=starts_on,
        ends_on=ends_on,
        suppliers=_suppliers(found.awards),
        related=_related(compiled),
    )
    return msgspec.structs.replace(terms, defects=tuple(found.defects))


def kind_of(found: Findings) -> tuple[NoticeKind, str]:
    """The kind, and the sentence that says why. Raises Unreadable."""
    status = text_of(found.tender.get("status"))
    if any(text_of(award.get("status")) not in ENDED for award in found.awards):
        return "award", "It has an award."
    if found.contracts:
        return "award", "It has a contract, and so had an award."
    if found.awards:
        return "tender", "Its awards were cancelled or came to nothing."
    if status in EARLY:
        return "market-intelligence", f"Its tender is only {status}."
    if status:
        return "tender", f"Its tender is {status}."
    if found.compiled.get("planning"):
        return "market-intelligence", "It has a plan and no tender."
    if found.tender:
        return "tender", "It has a tender."
    raise Unreadable("nothing-to-classify", "It has no plan, no tender, no award and no contract.")


def cpv_codes(value: Any) -> Iterator[str]:
    """Every CPV code in a release, eight digits, wherever a classification stands."""
    content = object_of(value)
    code = text_of(content.get("id"))
    if content.get("scheme") == "CPV" and CPV.fullmatch(code):
        yield code[:8]
    for item in (*content.values(), *list_of(value)):
        yield from cpv_codes(item)


def addresses(value: Any) -> Iterator[str]:
    """Every web address in a release, wherever a `url` or `uri` stands."""
    for name, item in object_of(value).items():
        if name in ("url", "uri") and isinstance(item, str):
            yield item
        yield from addresses(item)
    for item in list_of(value):
        yield from addresses(item)


def _related(compiled: Json) -> tuple[str, ...]:
    """Other processes that this one names by ocid, as a whole or in its contracts."""
    holders = [compiled, *objects_of(compiled.get("contracts"))]
    named = (one for holder in holders for one in objects_of(holder.get("relatedProcesses")))
    ids = {text_of(one.get("identifier")) for one in named if one.get("scheme") == "ocid"}
    return tuple(sorted(ids - {"", text_of(compiled.get("ocid"))}))[:MOST_RELATED]


def _suppliers(awards: Sequence[Json]) -> tuple[str, ...]:
    suppliers = (one for award in awards for one in objects_of(award.get("suppliers")))
    return tuple(sorted({name for one in suppliers if (name := text_of(one.get("id")))}))


def supplier_names(record: Json | None) -> dict[str, str]:
    """The names of suppliers by their ids, from a record; they stand nowhere else."""
    awards = objects_of(object_of(object_of(record).get("compiledRelease")).get("awards"))
    suppliers = (one for award in awards for one in objects_of(award.get("suppliers")))
    return {text_of(one.get("id")): text_of(one.get("name")) for one in suppliers}


def _pence(amount: Any) -> int | None:
    """Whole pence of an amount in pounds, halves up; None for what cannot be one."""
    if isinstance(amount, bool) or not isinstance(amount, int | float):
        return None
    if not 0 <= amount <= MOST_POUNDS:
        return None
    return int((Decimal(str(amount)) * 100).quantize(Decimal(1), ROUND_HALF_UP))


def _day(at: datetime | None) -> date | None:
    return london_date(at) if at else None
