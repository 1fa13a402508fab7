"""What requests about a reconciliation carry, and what their answers do."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, StringConstraints

from shared.http.bodies import Body, Day, Id, Prose, SignedPence
from shared.http.handling import Accepted

MOST_CHOSEN = 5_000
Heading = Annotated[str, StringConstraints(max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")]
AccountName = Annotated[
    str, StringConstraints(max_length=200, pattern=r"^[A-Za-z][A-Za-z0-9._-]*(:[A-Za-z0-9._-]+)+$")
]
Count = Annotated[int, Field(strict=True, ge=0, le=1_000_000)]
LineNumber = Annotated[int, Field(strict=True, ge=-(10**12), le=10**12)]
Numbers = Annotated[tuple[LineNumber, ...], Field(max_length=MOST_CHOSEN)]
Owner = Id | Literal[""]
RuleName = Literal["", "exact", "window", "batch", "sum", "amount", "tolerance"]


class MappingBody(Body):
    """Columns by their headings; either `amount`, or `debit`, `credit` or both."""

    date: Heading
    amount: Heading = ""
    debit: Heading = ""
    credit: Heading = ""
    reference: Heading = ""
    batch: Heading = ""
    text: Heading = ""
    day_order: Literal["dmy", "mdy", "ymd"] = "dmy"
    decimals: Literal[".", ","] = "."
    turned: bool = False
    debits_have_minus: bool = False


class TakeBody(Body):
    """The columns, the period, and what the person says the file holds: rows, the total of its
    amounts and the balance it ends at. `from_on` counts in an account's first reconciliation; the
    others begin where the former ended.
    """

    mapping: MappingBody
    from_on: Day | None = None
    to_on: Day
    stated_rows: Count
    stated_total_pence: SignedPence
    closing_pence: SignedPence


class SettingsBody(Body):
    """How far apart lines may be, in days and pence, and all tolerances of a run together."""

    window_days: Annotated[int, Field(strict=True, ge=0, le=31)] = 3
    tolerance_pence: Annotated[int, Field(strict=True, ge=0, le=1_000)] = 10
    tolerance_cap_pence: Annotated[int, Field(strict=True, ge=0, le=100_000)] = 100


class ChosenBody(Body):
    """Matches by number, or all that a rule has proposed; `owner` puts right what differs."""

    matches: Numbers = ()
    rule: RuleName = ""
    owner: Owner = ""


class UndoBody(Body):
    matches: Numbers


class LinesBody(Body):
    """Lines of both sides by number; where they differ, who puts it right and why."""

    ours: Numbers = ()
    theirs: Numbers = ()
    owner: Owner = ""
    reason: Prose | Literal[""] = ""


class MarkBody(LinesBody):
    kind: Literal["timing", "error"]


class UnmarkBody(Body):
    ours: Numbers = ()
    theirs: Numbers = ()


class ParkBody(Body):
    owner: Id
    reason: Prose


class ReasonBody(Body):
    reason: Prose


class Uploaded(Accepted):
    """An extract taken in: its hash, its headings, the columns proposed and its first rows."""

    sha256: str
    preview: dict[str, Any]


class Checked(BaseModel):
    """What the file holds under a mapping, beside what was stated; `problems` are by row."""

    rows: int
    total_pence: int
    opening_pence: int
    problems: list[dict[str, Any]]
    more_problems: int = 0
    differences: list[dict[str, Any]] = []
    id: str = ""
    version: int = 0
