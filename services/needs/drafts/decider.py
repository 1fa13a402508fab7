"""The rules of drafts sent in and issues agreed. Pure: no clock, no I/O, no chance.

Law: an issue is found in the drafts, never made up; it is agreed once all concerned agree to the
same proposal, and a new proposal or another partnership in it asks all again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import msgspec
from msgspec.structs import replace

from services.needs.drafts.commands import AgreeIssue, DraftsCommand, ProposeIssue, SendDraft
from services.needs.drafts.events import (
    DraftSent,
    DraftsEvent,
    SharedIssueAgreed,
    SharedIssueProposed,
)
from services.needs.drafts.finding import Found, shared_issues
from services.needs.drafts.refusals import (
    AlreadyAgreed,
    IssueUnknown,
    NoDraftAnyMore,
    NotConcerned,
    NothingNew,
    NotProposed,
    SentToItself,
)
from shared.eventsourcing.decider import Decider


class Drafts(msgspec.Struct, frozen=True, kw_only=True):
    """The drafts as sent last, by strategy; proposals and who agreed to each, by issue."""

    sent: dict[str, DraftSent] = {}
    proposals: dict[str, SharedIssueProposed] = {}
    agreed: dict[str, frozenset[str]] = {}

    def issue(self, issue: str) -> Found:
        """Raises IssueUnknown."""
        for one in shared_issues(self.sent.values()):
            if one.issue == issue:
                return one
        raise IssueUnknown


def decide(command: DraftsCommand, drafts: Drafts) -> Sequence[DraftsEvent]:
    """What follows from a command, or a refusal."""
    match command:
        case SendDraft():
            return [_send(command, drafts)]
        case ProposeIssue():
            found = drafts.issue(command.issue)
            return [
                SharedIssueProposed(
                    issue=command.issue,
                    concerned=found.partnerships,
                    taken_forward=command.taken_forward,
                    owner=command.owner,
                    proposed_by=command.proposed_by,
                )
            ]
        case AgreeIssue():
            return [_agree(command, drafts)]


def _send(command: SendDraft, drafts: Drafts) -> DraftSent:
    """Refuses: SentToItself, NoDraftAnyMore, NothingNew."""
    if command.partnership == command.strategic:
        raise SentToItself
    if not command.is_draft:
        raise NoDraftAnyMore
    sent = DraftSent(
        strategic=command.strategic,
        partnership=command.partnership,
        strategy=command.strategy,
        title=command.title,
        strategy_version=command.strategy_version,
        said=command.said,
        sent_by=command.sent_by,
    )
    before = drafts.sent.get(command.strategy)
    if before is not None and replace(before, sent_by=sent.sent_by) == sent:
        raise NothingNew
    return sent


def _agree(command: AgreeIssue, drafts: Drafts) -> SharedIssueAgreed:
    """Refuses: IssueUnknown, NotProposed, NotConcerned, AlreadyAgreed."""
    found = drafts.issue(command.issue)
    if command.issue not in drafts.proposals:
        raise NotProposed
    if command.partnership not in found.partnerships:
        raise NotConcerned
    if command.partnership in drafts.agreed.get(command.issue, frozenset()):
        raise AlreadyAgreed
    return SharedIssueAgreed(
        issue=command.issue, partnership=command.partnership, agreed_by=command.agreed_by
    )


def evolve(drafts: Drafts, event: DraftsEvent) -> Drafts:
    """The drafts after one more fact."""
    match event:
        case DraftSent():
            return replace(drafts, sent={**drafts.sent, event.strategy: event})
        case SharedIssueProposed():
            return replace(
                drafts,
                proposals={**drafts.proposals, event.issue: event},
                agreed={**drafts.agreed, event.issue: frozenset()},
            )
        case SharedIssueAgreed():
            agreed = drafts.agreed.get(event.issue, frozenset()) | {event.partnership}
            return replace(drafts, agreed={**drafts.agreed, event.issue: agreed})


DRAFTS: Decider[DraftsCommand, Drafts, DraftsEvent] = Decider(
    category="drafts",
    initial=Drafts(),
    decide=decide,
    evolve=evolve,
    events=get_args(DraftsEvent),
)
