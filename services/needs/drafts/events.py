"""The facts of a strategic partnership's drafts: who sent what, and what was agreed about it."""

from __future__ import annotations

import msgspec

from shared.eventsourcing.events import Event
from shared.published.terms import AgencyId, PartnershipId, PersonId, TextRef


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What a draft says that others may say too, in its own words."""

    needs: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    localities: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()


class DraftSent(Event, frozen=True, kw_only=True, tag="needs.draft-sent.v1"):
    """A draft as it was when it was sent; sent again, the later stands."""

    strategic: PartnershipId
    partnership: PartnershipId
    strategy: str
    title: str
    strategy_version: int
    said: Said
    sent_by: PersonId


class SharedIssueProposed(Event, frozen=True, kw_only=True, tag="needs.shared-issue-proposed.v1"):
    """How something found in several drafts is to be taken forward, and by whom."""

    issue: str
    concerned: tuple[PartnershipId, ...]
    taken_forward: TextRef
    owner: AgencyId
    proposed_by: PersonId


class SharedIssueAgreed(Event, frozen=True, kw_only=True, tag="needs.shared-issue-agreed.v1"):
    """One of the partnerships concerned agrees to the proposal as it stands."""

    issue: str
    partnership: PartnershipId
    agreed_by: PersonId


DraftsEvent = DraftSent | SharedIssueProposed | SharedIssueAgreed
