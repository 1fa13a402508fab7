"""Returns as they are answered over HTTP: to each reader what that reader may see."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import msgspec

from services.monitoring.heard import sees_all
from services.monitoring.returns.disclosure import for_others, leaving
from services.monitoring.returns.state import Prepared, Version
from services.monitoring.returns.views import ReturnRow
from shared.disclosure.deciding import Decisions
from shared.disclosure.showing import count_shown, symbol
from shared.http.identity import Actor
from shared.published.terms import ContractTerms, Period, Reading, TextRef


def line(row: ReturnRow) -> dict[str, Any]:
    """A return in a list: where it stands, no figures."""
    latest = row.standing.latest
    return {
        "contract": row.contract,
        "period": row.period,
        "partnership": row.partnership,
        "provider": row.provider,
        "commissioner": row.commissioner,
        "status": row.status,
        "due_at": row.due_at,
        "opens_on": row.standing.scheduled.opens_on,
        "answer_due_on": row.standing.answer_due_on,
        "return_version": latest.version if latest else 0,
        "late": bool(latest and latest.late),
        "nil": bool(latest and latest.nil),
        "overdue": row.standing.overdue,
        "reminded": row.standing.reminded,
        "prepared": row.standing.prepared is not None,
        "accepted_measures": row.standing.accepted_measures,
        "extended": row.standing.extended,
        "deemed": row.standing.deemed,
        "version": row.version,
    }


def whole(
    row: ReturnRow, terms: ContractTerms, actor: Actor, others: Iterable[ReturnRow]
) -> dict[str, Any]:
    """One return with its versions, queries, meetings and actions.

    `others` are all returns of the contract as they are now.
    """
    everything = sees_all(actor, row.provider, row.commissioner)
    decided = None if everything else leaving(terms, others)
    content = line(row)
    standing = row.standing
    draft = standing.draft if actor.agency == row.provider else None
    content |= {
        "draft": draft.text if draft else None,
        "accepted_version": standing.accepted,
        "accepted_at": standing.accepted_at,
        "counts_as_accepted_at": standing.counts_as_accepted_at,
        "versions": [
            _version(version, row.period, terms, decided) for version in standing.versions
        ],
        "meetings": msgspec.to_builtins(standing.meetings) if everything else [],
        "queries": msgspec.to_builtins(standing.queries) if everything else {},
        "actions": msgspec.to_builtins(standing.actions) if everything else {},
        "explanations": msgspec.to_builtins(standing.explained) if everything else [],
        "disclosure": "full" if everything else "suppressed",
    }
    if actor.agency == row.provider:
        content["evidence"] = msgspec.to_builtins(standing.evidence)
        content["to_sign"] = _to_sign(standing.prepared)
    return content


def _to_sign(prepared: Prepared | None) -> dict[str, Any] | None:
    """What the provider's signatory reads before signing; nobody else sees it before."""
    if prepared is None:
        return None
    return {
        "receipt": prepared.receipt,
        "prepared_by": prepared.prepared_by,
        "prepared_at": prepared.prepared_at,
        "reason": msgspec.to_builtins(prepared.reason),
        **msgspec.to_builtins(prepared.offer),
    }


def _version(
    version: Version, period: Period, terms: ContractTerms, decided: Decisions | None
) -> dict[str, Any]:
    seen = version
    if decided is not None:
        seen = for_others(version, period, terms, decided.get((period, version.version)))
    content: dict[str, Any] = msgspec.to_builtins(seen)
    content["readings"] = [reading_shown(one) for one in seen.readings]
    if decided is not None:
        content["complaints"] = count_shown(version.complaints)
        content["compliments"] = count_shown(version.compliments)
    return content


def reading_shown(reading: Reading) -> dict[str, Any]:
    """A reading, with the symbol that stands in its value's place or beside it, if any."""
    content: dict[str, Any] = msgspec.to_builtins(reading)
    sign = symbol(reading.status, reading.value, reading.numerator)
    return content | {"symbol": sign} if sign else content


def texts_of(row: ReturnRow) -> set[UUID]:
    """Every text that a return cites, for the door that shows one."""
    standing = row.standing
    cited: list[TextRef | None] = []
    for version in standing.versions:
        cited += [version.story, version.rejected, version.reason, version.declaration]
        cited += [risk.text for risk in version.risks]
    for query in standing.queries.values():
        cited += [query.text, query.answer]
    cited += [meeting.minutes for meeting in standing.meetings]
    cited += [agreed.action.text for agreed in standing.actions.values()]
    cited += [one.text for one in standing.explained]
    return {text.text for text in cited if text is not None} | prepared_texts(row)


def prepared_texts(row: ReturnRow) -> set[UUID]:
    """What the provider wrote and has not handed in: its own until somebody signs."""
    standing, prepared = row.standing, row.standing.prepared
    cited = [standing.draft]
    if prepared is not None:
        offer = prepared.offer
        cited += [offer.story, prepared.reason]
        cited += [one.text for one in (*offer.explanations, *offer.risks)]
    return {text.text for text in cited if text is not None}
