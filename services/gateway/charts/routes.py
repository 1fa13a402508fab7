"""The door where a series is judged by the rules of an XmR chart; it keeps nothing."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Request, Response

from services.gateway.charts.bodies import ChartBody
from shared.charts import processes
from shared.charts.answers import process, told
from shared.charts.drawing import svg
from shared.charts.xmr import Point, Unchartable, chart, ordered
from shared.eventsourcing.commands import Invalid
from shared.http.identity import Actor
from shared.http.permissions import allowed
from shared.http.routing import Router

router = Router(prefix="/v1/charts", tags=["charts"])

SVG = "image/svg+xml"
POINTERS = {
    "empty": "/body/series",
    "unknown-rebase": "/body/rebases",
    "baseline-too-short": "/body/baseline",
}
DRAWN: dict[int | str, dict[str, Any]] = {200: {"content": {SVG: {"schema": {"type": "string"}}}}}


class NotChartable(Invalid):
    """The series cannot be charted. Its code says which rule of a series is broken."""

    def __init__(self, broken: Unchartable) -> None:
        super().__init__(str(broken), pointer=POINTERS.get(broken.code, "/body/series"))
        self.code = broken.code  # pyright: ignore[reportAttributeAccessIssue]


@router.post("/xmr", responses=DRAWN, response_model=dict[str, Any])
async def judge_series(
    request: Request, body: ChartBody, _: Annotated[Actor, allowed("returns:read")]
) -> Any:
    """Each point's class, limits by group, the two icons and what to be careful of.

    With `Accept: image/svg+xml` the chart as a drawing. Nothing is kept, so nothing is repeated by
    asking twice. 422: invalid, empty, duplicate-label, unknown-rebase, baseline-too-short,
    number-too-long.
    """
    points = [Point(one.label, one.value, one.target) for one in body.series]
    try:
        found = chart(
            ordered(points),
            body.improvement,
            target=body.target,
            rebases=body.rebases,
            baseline=body.baseline,
        )
    except Unchartable as broken:
        raise NotChartable(broken) from broken
    if SVG in request.headers.get("accept", ""):
        drawing = processes.wide(process(found, body.title, body.unit))
        return Response(svg(drawing, "xmr"), media_type=SVG)
    return told(found)
