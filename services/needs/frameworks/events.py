"""The facts of a partnership's framework: what each draft says, and what the board adopted."""

from __future__ import annotations

from datetime import date
from typing import Literal

from shared.eventsourcing.events import Event
from shared.published.terms import AgencyId, PartnershipId, PersonId, TextRef

Section = Literal[
    "vision", "value", "principle", "model", "governance",
    "pooling", "bidders", "sustainability", "ethics", "compact",
]  # fmt: skip
"""What words are about. The last five are policies: pooled and aligned budgets, small and
third-sector bidders, sustainability, ethics, and longer reviewable contracts under the Compact."""

Level = Literal["national", "regional", "sub-regional", "local", "locality", "individual"]

Flexibility = Literal["pooled-budget", "lead-commissioning", "integrated-provision"]
"""National Health Service Act 2006, section 75; before it the Health Act 1999, section 31."""


class FrameworkDrafted(Event, frozen=True, kw_only=True, tag="needs.framework-drafted.v1"):
    """A draft begins with what the version before it says."""

    partnership: PartnershipId
    number: int
    drafted_by: PersonId


class StatementWritten(
    Event, frozen=True, kw_only=True, tag="needs.framework-statement-written.v1"
):
    entry: str
    section: Section
    text: TextRef
    written_by: PersonId


class LevelStated(Event, frozen=True, kw_only=True, tag="needs.framework-level-stated.v1"):
    """At which level a kind of service is commissioned, and why."""

    entry: str
    service: str
    level: Level
    reason: TextRef
    written_by: PersonId


class FlexibilityStated(
    Event, frozen=True, kw_only=True, tag="needs.framework-flexibility-stated.v1"
):
    """Which flexibilities serve one service: the fund, the lead and the provider they concern."""

    entry: str
    service: str
    uses: tuple[Flexibility, ...]
    fund: str = ""
    lead: AgencyId = ""
    provider: str = ""
    written_by: PersonId


class FrameworkEntryRemoved(
    Event, frozen=True, kw_only=True, tag="needs.framework-entry-removed.v1"
):
    entry: str
    removed_by: PersonId


class FrameworkAdopted(Event, frozen=True, kw_only=True, tag="needs.framework-adopted.v1"):
    """By a decision of the board about this very draft."""

    number: int
    revision: int
    decision: str
    in_force_from: date
    recorded_by: PersonId


Entry = StatementWritten | LevelStated | FlexibilityStated
FrameworkEvent = FrameworkDrafted | Entry | FrameworkEntryRemoved | FrameworkAdopted
