"""What contracts has heard: specifications to agree on, and flags that notices rest on."""

from __future__ import annotations

from typing import Literal

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
from shared.published.terms import ContractId


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
