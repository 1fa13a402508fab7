"""What contracts has heard: specifications to agree on, how providers stand, and flags that
notices rest on.
"""

from __future__ import annotations

from datetime import date
from typing import Literal, get_args

from msgspec import field
from msgspec.structs import replace

from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View, subject_of
from shared.published.monitoring import (
    FlagClosed,
    FlagDismissed,
    FlagUpheld,
    UnderperformanceFlagged,
)
from shared.published.needs import SpecificationPublished
from shared.published.procurement import (
    ExclusionGroundEnded,
    ExclusionGroundFound,
    ProviderReinstated,
    ProviderSuspended,
    StandardHeld,
    StandardLapsed,
)
from shared.published.terms import AgencyId, ContractId


class SpecificationRow(Row, frozen=True, kw_only=True):
    """What a service must achieve. A later one or a withdrawal changes no award made on it."""

    specification: SpecificationPublished


def fold_specification(row: SpecificationRow | None, recorded: Recorded) -> SpecificationRow | None:
    match recorded.event:
        case SpecificationPublished() as published:
            return SpecificationRow(specification=published)
        case _:
            return row


SPECIFICATIONS: View[SpecificationRow] = View(
    name="specifications",
    source="needs",
    row=SpecificationRow,
    events=(SpecificationPublished,),
    key=subject_of,
    fold=fold_specification,
)


class StandingRow(Row, frozen=True, kw_only=True):
    """How a provider stands in the register, as far as procurement has said.

    `held` is the last day of each standard held, by kind and title; `lapsed` of each that lapsed
    and was not renewed; `excluded` the last day of each mandatory ground.
    """

    provider: AgencyId
    suspended: bool = False
    held: dict[str, date] = field(default_factory=dict[str, date])
    lapsed: dict[str, date] = field(default_factory=dict[str, date])
    excluded: dict[str, date] = field(default_factory=dict[str, date])


Standings = (
    StandardHeld
    | StandardLapsed
    | ProviderSuspended
    | ProviderReinstated
    | ExclusionGroundFound
    | ExclusionGroundEnded
)


def fold_standing(row: StandingRow | None, recorded: Recorded) -> StandingRow | None:
    row = row or StandingRow(provider=subject_of(recorded))
    match recorded.event:
        case StandardHeld() as held:
            key = f"{held.standard} {held.title}".strip()
            lapsed = {name: day for name, day in row.lapsed.items() if name != key}
            return replace(row, held={**row.held, key: held.valid_until}, lapsed=lapsed)
        case StandardLapsed() as over:
            same = {
                key: day for key, day in row.held.items()
                if (key.partition(" ")[0], day) == (over.standard, over.expired_on)
            }  # fmt: skip
            left = {key: day for key, day in row.held.items() if key not in same}
            return replace(row, held=left, lapsed={**row.lapsed, **same})
        case ProviderSuspended():
            return replace(row, suspended=True)
        case ProviderReinstated():
            return replace(row, suspended=False)
        case ExclusionGroundFound() as found if found.mandatory:
            return replace(row, excluded={**row.excluded, found.ground: found.until})
        case ExclusionGroundEnded() as ended:
            stand = {name: day for name, day in row.excluded.items() if name != ended.ground}
            return replace(row, excluded=stand)
        case _:
            return row


STANDINGS: View[StandingRow] = View(
    name="provider_standings",
    source="procurement",
    row=StandingRow,
    events=get_args(Standings),
    key=subject_of,
    fold=fold_standing,
)


class FlagRow(Row, frozen=True, kw_only=True):
    """A case of underperformance on a contract; upheld stays upheld when it is closed."""

    flag: str
    contract: ContractId
    status: Literal["raised", "upheld", "dismissed"] = "raised"
    closed: bool = False


def flag_of(recorded: Recorded) -> str | None:
    match recorded.event:
        case UnderperformanceFlagged() | FlagUpheld() | FlagDismissed() | FlagClosed() as event:
            return event.flag
        case _:
            return None


def fold_flag(row: FlagRow | None, recorded: Recorded) -> FlagRow | None:
    match recorded.event:
        case UnderperformanceFlagged() as raised:
            return FlagRow(flag=raised.flag, contract=raised.contract)
        case FlagUpheld() if row:
            return replace(row, status="upheld")
        case FlagDismissed() if row:
            return replace(row, status="dismissed")
        case FlagClosed() if row:
            return replace(row, closed=True)
        case _:
            return row


FLAGS: View[FlagRow] = View(
    name="flags",
    source="monitoring",
    row=FlagRow,
    events=(UnderperformanceFlagged, FlagUpheld, FlagDismissed, FlagClosed),
    key=flag_of,
    fold=fold_flag,
    indexes=("contract",),
)
