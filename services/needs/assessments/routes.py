"""The doors of assessments: drafts to partners alone, published ones to every agency."""

from __future__ import annotations

from typing import Annotated, Any, cast
from uuid import UUID

import msgspec
from fastapi import Query, Request

from services.needs.answers import PartAccepted
from services.needs.assessments import commands
from services.needs.assessments.bodies import (
    FindingBody,
    IndicatorBody,
    NeedBody,
    OpenAssessmentBody,
    SeriesBody,
    SignalBody,
    SummaryBody,
    ViewsBody,
)
from services.needs.assessments.decider import ASSESSMENT, public_need
from services.needs.assessments.figures import compared, guarded, history, trend
from services.needs.assessments.views import (
    ASSESSMENTS,
    SERIES,
    AssessmentRow,
    SeriesRow,
    themes,
)
from services.needs.cited_texts import CitedText, cited
from services.needs.findings.commands import TakeUpEvidence
from services.needs.findings.decider import FINDINGS
from services.needs.findings.views import FINDINGS_ROWS, FindingsRow
from services.needs.listing import parties_of, readable
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.handle import Step
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Id
from shared.http.handling import Accepted, Handling
from shared.http.identity import Actor
from shared.http.membership import members_of
from shared.http.permissions import admit, allowed
from shared.http.reading import Listed, Paging, Texts, rows
from shared.http.routing import Router

router = Router(prefix="/v1/assessments", tags=["assessments"])

Assessments = Annotated[ViewStore[AssessmentRow], rows(ASSESSMENTS)]
Series = Annotated[ViewStore[SeriesRow], rows(SERIES)]
Findings = Annotated[ViewStore[FindingsRow], rows(FINDINGS_ROWS)]

parties = parties_of(ASSESSMENTS, "assessment")
Reader = Annotated[Actor, allowed("needs:read", "member", "reader", of=parties)]
Writer = Annotated[Actor, allowed("needs:write", "member", of=parties)]


def shown(row: AssessmentRow, *, member: bool) -> dict[str, Any]:
    """What one may see: evidence and signals only partners, and no small count anyone else."""
    content: dict[str, Any] = msgspec.to_builtins(row)
    if member:
        return content | {"themes": msgspec.to_builtins(themes(row.signals))}
    for held in ("views", "findings", "signals"):
        del content[held]
    needs = [msgspec.to_builtins(public_need(found.need)) for found in row.needs]
    return content | {"needs": [{"need": need} for need in needs]}


@router.get("")
async def list_assessments(
    request: Request,
    assessments: Assessments,
    paging: Paging,
    actor: Annotated[Actor, allowed("needs:read")],
    partnership: Annotated[Id | None, Query()] = None,
) -> Listed[dict[str, Any]]:
    """Published assessments; with `partnership`, its partners also see the open ones."""
    where, member = await readable(request, actor, partnership)
    found = await assessments.find(where=where, after=paging.after, limit=paging.limit + 1)
    return paging.page({key: shown(row, member=member) for key, row in found.items()})


@router.get("/{assessment}")
async def read_assessment(
    request: Request, assessment: Id, assessments: Assessments, actor: Reader
) -> dict[str, Any]:
    """One assessment; to partners with its evidence and the signals added up by theme."""
    row = await assessments.get(assessment)
    if row is None:
        raise Missing
    member = actor.agency in await members_of(request, row.partnership)
    return shown(row, member=member)


@router.get("/{assessment}/texts/{text}")
async def read_assessment_text(
    request: Request,
    assessment: Id,
    text: UUID,
    assessments: Assessments,
    texts: Texts,
    actor: Reader,
) -> CitedText:
    """The easy-to-read summary; to partners also what was said and found."""
    row = await assessments.get(assessment)
    if row is None:
        raise Missing
    citing = [row.summary]
    if actor.agency in await members_of(request, row.partnership):
        citing += [views.said for views in row.views]
        citing += [reference for finding in row.findings for reference in finding.texts]
    return await cited(texts, text, citing)


@router.get("/{assessment}/indicators/{indicator}")
async def read_indicator(
    request: Request,
    assessment: Id,
    indicator: Id,
    assessments: Assessments,
    series: Series,
    actor: Reader,
    area: Annotated[str, Query(max_length=80)] = "",
    neighbours: Annotated[list[str] | None, Query(max_length=20)] = None,
    breakdown: Annotated[str, Query(max_length=20)] = "all",
    group: Annotated[str, Query(max_length=80)] = "",
) -> dict[str, Any]:
    """An area's history, its last five points, where they lead, and its neighbours' latest.

    `neighbours` are given by the caller, one query parameter each. Figures of fewer than eight
    children show as suppressed to everyone but partners.
    """
    row, found = await assessments.get(assessment), await series.get(indicator)
    if row is None or found is None or found.assessment != assessment:
        raise Missing
    member = actor.agency in await members_of(request, row.partnership)
    figures = found.figures if member else guarded(found.figures, found.unit)
    area = area or found.area
    line = trend(figures, area, breakdown, group, found.direction)
    beside = compared(figures, area, neighbours or [], breakdown, group, found.direction)
    return {
        "indicator": indicator,
        "unit": found.unit,
        "direction": found.direction,
        "trend": _named(line),
        "history": _named(history(figures, area, breakdown, group)),
        "comparison": _named(beside),
    }


def _named(content: Any) -> Any:
    """Figures lie in the log as short lists; readers get them with names."""
    if isinstance(content, msgspec.Struct):
        return {name: _named(getattr(content, name)) for name in content.__struct_fields__}
    if isinstance(content, tuple):
        return [_named(item) for item in cast("tuple[Any, ...]", content)]
    return content


@router.post("", status_code=201)
async def open_assessment(
    request: Request,
    body: OpenAssessmentBody,
    handle: Handling,
    findings: Findings,
    actor: Annotated[Actor, allowed("needs:write")],
) -> Accepted:
    """Open an assessment; evidence that has waited since the last one is in it from the start.

    409: evidence-not-waiting. 422: not-a-financial-year, outcomes-unclear.
    """
    admit(actor, await members_of(request, body.partnership), frozenset({"member"}))
    row = await findings.get(body.partnership)
    waiting = [kept.evidence for kept in row.evidence if not kept.assessment] if row else []
    assessment = handle.new_id()
    command = commands.OpenAssessment(
        assessment=assessment,
        partnership=body.partnership,
        year=body.year,
        title=body.title,
        outcomes=tuple(outcome.term() for outcome in body.outcomes),
        age_bands=body.age_bands,
        waiting=tuple(waiting),
        opened_by=actor.person,
        now=handle.now(),
    )
    steps = [Step(ASSESSMENT, assessment, command)]
    if waiting:
        taken = tuple(kept.evidence for kept in waiting)
        take = TakeUpEvidence(assessment=assessment, evidence=taken, now=handle.now())
        steps.append(Step(FINDINGS, body.partnership, take))
    return await handle.together(actor, steps)


@router.post("/{assessment}/indicators", status_code=201)
async def record_indicator(
    assessment: Id, body: IndicatorBody, handle: Handling, actor: Writer
) -> PartAccepted:
    """Add an indicator of an outcome; `part` is its id, and it can be cited as evidence.

    409: outcome-missing, assessment-published. 422: rate-unclear.
    """
    indicator = handle.part_id(actor, "indicator")
    command = commands.RecordIndicator(
        indicator=indicator,
        title=body.title,
        outcome=body.outcome,
        unit=body.unit,
        direction=body.direction,
        area=body.area,
        source=body.source,
        per=body.per,
        now=handle.now(),
    )
    accepted = await handle(actor, ASSESSMENT, assessment, command)
    return PartAccepted(id=accepted.id, version=accepted.version, part=indicator)


@router.post("/{assessment}/series", status_code=201)
async def record_series(
    assessment: Id, body: SeriesBody, handle: Handling, actor: Writer
) -> Accepted:
    """Record up to 5,000 figures of an indicator at once, all or none.

    409: unknown-indicator, assessment-published.
    422: value-and-status, group-unclear, age-band-unknown, age-unclear, percent-out-of-range.
    """
    command = commands.RecordSeries(
        indicator=body.indicator,
        figures=tuple(figure.figure() for figure in body.figures),
        now=handle.now(),
    )
    return await handle(actor, ASSESSMENT, assessment, command)


@router.post("/{assessment}/views", status_code=201)
async def record_views(
    assessment: Id, body: ViewsBody, handle: Handling, actor: Writer
) -> PartAccepted:
    """Record what children, families or practitioners said. 409: assessment-published."""
    said = await handle.keep_text(actor, "views", body.said)
    command = commands.RecordViews(
        evidence=str(said.text),
        title=body.title,
        asked=body.asked,
        people=body.people,
        said=said,
        now=handle.now(),
    )
    accepted = await handle(actor, ASSESSMENT, assessment, command)
    return PartAccepted(id=accepted.id, version=accepted.version, part=str(said.text))


@router.post("/{assessment}/findings", status_code=201)
async def record_finding(
    assessment: Id, body: FindingBody, handle: Handling, actor: Writer
) -> PartAccepted:
    """Record an inspection finding, guidance or research. 409: assessment-published."""
    text = await handle.keep_text(actor, "finding", body.text)
    command = commands.RecordFinding(
        evidence=str(text.text), kind=body.kind, title=body.title, text=text, now=handle.now()
    )
    accepted = await handle(actor, ASSESSMENT, assessment, command)
    return PartAccepted(id=accepted.id, version=accepted.version, part=str(text.text))


@router.post("/{assessment}/signals", status_code=201)
async def raise_signal(
    assessment: Id, body: SignalBody, handle: Handling, actor: Writer
) -> PartAccepted:
    """Report how often a theme was met, without any particulars. 409: assessment-published.
    422: theme-unknown.
    """
    evidence = handle.part_id(actor, "signal")
    command = commands.RaiseSignal(
        evidence=evidence,
        theme=body.theme,
        level=body.level,
        source=body.source,
        count=body.count,
        raised_by=actor.agency,
        now=handle.now(),
    )
    accepted = await handle(actor, ASSESSMENT, assessment, command)
    return PartAccepted(id=accepted.id, version=accepted.version, part=evidence)


@router.post("/{assessment}/needs", status_code=201)
async def identify_need(
    assessment: Id, body: NeedBody, handle: Handling, actor: Writer
) -> PartAccepted:
    """Identify a need; `part` is its id.

    409: outcome-missing, evidence-missing, assessment-published.
    """
    need = handle.part_id(actor, "need")
    command = commands.IdentifyNeed(
        need=need,
        title=body.title,
        outcome=body.outcome or "",
        groups=body.groups,
        evidence=body.evidence,
        now=handle.now(),
    )
    accepted = await handle(actor, ASSESSMENT, assessment, command)
    return PartAccepted(id=accepted.id, version=accepted.version, part=need)


@router.post("/{assessment}/publication", status_code=201)
async def publish_assessment(
    assessment: Id, body: SummaryBody, handle: Handling, actor: Writer
) -> Accepted:
    """Publish, with the easy-to-read summary. 409: needs-missing, assessment-published."""
    summary = await handle.keep_text(actor, "summary", body.summary)
    command = commands.PublishAssessment(summary=summary, now=handle.now())
    return await handle(actor, ASSESSMENT, assessment, command)
