"""The doors of consultations: open to partners, and to everyone once people have been heard.

Law: what people said is for partners; what was done about it is for everyone, and no small number.
"""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import Query, Request

from services.needs.answers import PartAccepted
from services.needs.assessments.commands import GroupViews, TakeUpViews
from services.needs.assessments.decider import ASSESSMENT
from services.needs.assessments.views import ASSESSMENTS, AssessmentRow
from services.needs.assessments.vocabulary import THEMES
from services.needs.cited_texts import CitedText, cited
from services.needs.listing import parties_of, readable
from services.needs.voices import commands
from services.needs.voices.bodies import HeardBody, OpenConsultationBody, ResponseBody
from services.needs.voices.decider import CONSULTATION
from services.needs.voices.stages import participation
from services.needs.voices.views import CONSULTATIONS, ConsultationRow
from shared.disclosure.showing import count_shown
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
from shared.values.cycle import STAGES

router = Router(prefix="/v1/consultations", tags=["consultations"])

MOST_OF_A_PARTNERSHIP = 2_000
Consultations = Annotated[ViewStore[ConsultationRow], rows(CONSULTATIONS)]
Assessments = Annotated[ViewStore[AssessmentRow], rows(ASSESSMENTS)]

parties = parties_of(CONSULTATIONS, "consultation")
Reader = Annotated[Actor, allowed("needs:read", "member", "reader", of=parties)]
Writer = Annotated[Actor, allowed("needs:write", "member", of=parties)]


def shown(row: ConsultationRow, *, member: bool) -> dict[str, Any]:
    """What one may see: to those outside the partnership no count of fewer than eight people, and
    none beside it from which it could be told.
    """
    content: dict[str, Any] = msgspec.to_builtins(row)
    if not member:
        del content["said"]
        few = {
            one.group
            for one in row.heard
            if count_shown(one.asked) is None or count_shown(one.answered) is None
        }
        for one in content["heard"]:
            one |= {"asked": None, "answered": None} if one["group"] in few else {}
        small = bool(few) or any(count_shown(one.people) is None for one in row.themes)
        for one in content["themes"]:
            one |= {"people": None} if small else {}
    for one in content["themes"]:
        one["words"] = THEMES.get(one["theme"], one["theme"])
    return content


@router.get("")
async def list_consultations(
    request: Request,
    consultations: Consultations,
    paging: Paging,
    actor: Annotated[Actor, allowed("needs:read")],
    partnership: Annotated[Id | None, Query()] = None,
) -> Listed[dict[str, Any]]:
    """Consultations in which people have been heard; to partners also those still open."""
    where, member = await readable(request, actor, partnership)
    found = await consultations.find(where=where, after=paging.after, limit=paging.limit + 1)
    return paging.page({key: shown(row, member=member) for key, row in found.items()})


@router.get("/participation")
async def read_participation(
    request: Request,
    consultations: Consultations,
    actor: Annotated[Actor, allowed("needs:read")],
    partnership: Annotated[Id, Query()],
    year: Annotated[str, Query(max_length=7)],
) -> dict[str, Any]:
    """Stage by stage of the cycle in a year: where children and young people were heard, and where
    their participation is missing. To partners. 404: not-found.
    """
    admit(actor, await members_of(request, partnership), frozenset({"member"}))
    found = await consultations.find(
        where={"partnership": partnership}, limit=MOST_OF_A_PARTNERSHIP
    )
    stages = participation(found.values(), year)
    return {
        "partnership": partnership, "year": year,
        "stages": [msgspec.to_builtins(one) for one in stages],
        "missing": [one.stage for one in stages if one.standing == "missing"],
        "themes": dict(THEMES), "names": {str(stage.number): stage.title for stage in STAGES},
    }  # fmt: skip


@router.get("/{consultation}")
async def read_consultation(
    request: Request, consultation: Id, consultations: Consultations, actor: Reader
) -> dict[str, Any]:
    """Who was asked, how many answered, what they spoke of, and what changed because of it."""
    row = await consultations.get(consultation)
    if row is None:
        raise Missing
    return shown(row, member=actor.agency in await members_of(request, row.partnership))


@router.get("/{consultation}/texts/{text}")
async def read_consultation_text(
    request: Request,
    consultation: Id,
    text: UUID,
    consultations: Consultations,
    texts: Texts,
    actor: Reader,
) -> CitedText:
    """The question, and each *you said, we did*; to partners also what was said."""
    row = await consultations.get(consultation)
    if row is None:
        raise Missing
    citing = [row.question]
    citing += [reference for one in row.responses for reference in (one.you_said, one.we_did)]
    if row.said and actor.agency in await members_of(request, row.partnership):
        citing.append(row.said)
    return await cited(texts, text, citing)


@router.post("", status_code=201)
async def open_consultation(
    request: Request,
    body: OpenConsultationBody,
    handle: Handling,
    actor: Annotated[Actor, allowed("needs:write")],
) -> Accepted:
    """Begin to ask. 422: not-a-financial-year, groups-unclear, dates-unclear."""
    admit(actor, await members_of(request, body.partnership), frozenset({"member"}))
    consultation = handle.new_id()
    command = commands.OpenConsultation(
        consultation=consultation,
        partnership=body.partnership,
        year=body.year,
        title=body.title,
        stage=body.stage,
        asked=body.asked,
        ways=body.ways,
        question=await handle.keep_text(actor, "question", body.question),
        opens_on=body.opens_on,
        closes_on=body.closes_on,
        about_kind=body.about_kind,
        about=body.about or "",
        opened_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, CONSULTATION, consultation, command)


@router.post("/{consultation}/hearing", status_code=201)
async def record_heard(
    consultation: Id,
    body: HeardBody,
    consultations: Consultations,
    assessments: Assessments,
    handle: Handling,
    actor: Writer,
) -> Accepted:
    """Record who answered and what they spoke of; of a consultation about an open assessment of
    the partnership, each group's views are evidence there at once.

    409: already-heard, consultation-not-begun. 422: groups-unclear, more-than-asked,
    themes-unclear.
    """
    row = await consultations.get(consultation)
    if row is None:
        raise Missing
    said = await handle.keep_text(actor, "said", body.said)
    command = commands.RecordHeard(
        groups=tuple(one.term() for one in body.groups),
        themes=tuple(one.term() for one in body.themes),
        said=said,
        now=handle.now(),
    )
    steps = [Step(CONSULTATION, consultation, command)]
    about = await assessments.get(row.about) if row.about_kind == "assessment" else None
    if about and about.status == "open" and about.partnership == row.partnership:
        views = tuple(
            GroupViews(
                evidence=handle.part_id(actor, f"views-{one.group}"),
                asked=one.group,
                people=one.answered,
            )
            for one in command.groups
            if one.answered
        )
        take = TakeUpViews(title=row.title, groups=views, said=said, now=handle.now())
        steps += [Step(ASSESSMENT, row.about, take)] if views else []
    return await handle.together(actor, steps)


@router.post("/{consultation}/responses", status_code=201)
async def give_response(
    consultation: Id, body: ResponseBody, handle: Handling, actor: Writer
) -> PartAccepted:
    """*You said, we did*: what was done about a theme, or why not. 409: not-heard-yet.
    422: theme-not-heard.
    """
    response = handle.part_id(actor, "response")
    command = commands.GiveResponse(
        response=response,
        theme=body.theme,
        you_said=await handle.keep_text(actor, "you-said", body.you_said),
        we_did=await handle.keep_text(actor, "we-did", body.we_did),
        progress=body.progress,
        agency=actor.agency,
        now=handle.now(),
    )
    accepted = await handle(actor, CONSULTATION, consultation, command)
    return PartAccepted(id=accepted.id, version=accepted.version, part=response)
