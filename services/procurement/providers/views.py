"""The register as it is read, and the deadlines by which standards lapse."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Literal

from msgspec.structs import replace

from services.procurement.providers.checking import SAFETY, TITLES
from services.procurement.providers.commands import Form, LapseStandard, ProviderCommand
from services.procurement.providers.decider import PROVIDERS
from services.procurement.providers.state import held_key
from shared.eventsourcing.deadlines import Timed
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View, subject_of
from shared.published.procurement import (
    ExclusionGroundEnded,
    ExclusionGroundFound,
    ProviderRegistered,
    ProviderReinstated,
    ProviderSuspended,
    Standard,
    StandardHeld,
    StandardLapsed,
)
from shared.published.terms import AgencyId, Term, TextRef
from shared.values.working_days import end_of_day_london


class StandardLine(Term, frozen=True, kw_only=True):
    """A standard as it was last seen; `lapsed` once its last day is over."""

    standard: Standard
    title: str
    reference: str
    valid_until: date
    lapsed: bool = False


class GroundLine(Term, frozen=True, kw_only=True):
    """A ground that was found to stand, to its last day; `reason` is why, in words."""

    ground: str
    title: str
    mandatory: bool
    section: str
    happened_on: date
    until: date
    reason: TextRef


class ProviderRow(Row, frozen=True, kw_only=True):
    """A provider in the register. `missing` are the checks of N-14 that nothing holds."""

    provider: AgencyId
    name: str
    form: Form
    small: bool
    identifiers: dict[str, str]
    status: Literal["registered", "suspended"] = "registered"
    reason: TextRef | None = None
    standards: tuple[StandardLine, ...] = ()
    missing: tuple[Standard, ...] = SAFETY
    grounds: tuple[GroundLine, ...] = ()
    version: int = 0


def fold(row: ProviderRow | None, recorded: Recorded) -> ProviderRow | None:
    """The row after one more event of its provider."""
    event = recorded.event
    if isinstance(event, ProviderRegistered):
        row = ProviderRow(
            provider=event.provider,
            name=event.name,
            form=event.form,
            small=event.small,
            identifiers=event.identifiers,
        )
    elif row is not None:
        row = _changed(row, event)
    return row and replace(row, version=recorded.envelope.version)


def _changed(row: ProviderRow, event: object) -> ProviderRow:
    match event:
        case StandardHeld():
            key = held_key(event.standard, event.title)
            kept = (line for line in row.standards if held_key(line.standard, line.title) != key)
            held = StandardLine(
                standard=event.standard,
                title=event.title,
                reference=event.reference,
                valid_until=event.valid_until,
            )
            return _with(row, (*kept, held))
        case StandardLapsed():
            return _with(row, tuple(_lapsed(line, event) for line in row.standards))
        case ProviderSuspended():
            return replace(row, status="suspended", reason=event.reason)
        case ProviderReinstated():
            return replace(row, status="registered", reason=event.reason)
        case ExclusionGroundFound():
            others = tuple(line for line in row.grounds if line.ground != event.ground)
            return replace(row, grounds=(*others, _ground(event)))
        case ExclusionGroundEnded():
            left = tuple(line for line in row.grounds if line.ground != event.ground)
            return replace(row, grounds=left)
        case _:
            return row


def _ground(event: ExclusionGroundFound) -> GroundLine:
    return GroundLine(
        ground=event.ground,
        title=TITLES.get(event.ground, event.ground),
        mandatory=event.mandatory,
        section=event.section,
        happened_on=event.happened_on,
        until=event.until,
        reason=event.reason,
    )


def _lapsed(line: StandardLine, event: StandardLapsed) -> StandardLine:
    same = (line.standard, line.valid_until) == (event.standard, event.expired_on)
    return replace(line, lapsed=True) if same else line


def _with(row: ProviderRow, standards: tuple[StandardLine, ...]) -> ProviderRow:
    holding = {line.standard for line in standards if not line.lapsed}
    missing = tuple(standard for standard in SAFETY if standard not in holding)
    return replace(row, standards=standards, missing=missing)


PROVIDER_ROWS: View[ProviderRow] = View(
    name="providers",
    source="procurement",
    row=ProviderRow,
    events=PROVIDERS.events,
    key=subject_of,
    fold=fold,
    indexes=("form", "status"),
)


def due(recorded: Recorded) -> Mapping[str, datetime | None]:
    """A standard lapses the moment its last day is over; a renewal puts that off."""
    match recorded.event:
        case StandardHeld() as held:
            over = end_of_day_london(held.valid_until) + timedelta(seconds=1)
            return {f"lapse {held_key(held.standard, held.title)}": over}
        case _:
            return {}


def timely(name: str, now: datetime) -> ProviderCommand:
    """The command that a standard's deadline issues."""
    what, _, held = name.partition(" ")
    if what != "lapse":
        raise ValueError(f"a provider sets no deadline {name!r}")
    return LapseStandard(held=held, now=now)


PROVIDER_DEADLINES = Timed(decider=PROVIDERS, due=due, command=timely)
