"""The request and answer bodies of reference areas."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from services.needs.areas.events import Area, NeighboursOf
from shared.http.bodies import Body, Id, Title


class AreaBody(Body):
    """An area by its published code, such as `E08000021`, and the areas it lies in."""

    code: Id
    name: Title
    kind: Id
    parents: Annotated[tuple[Id, ...], Field(max_length=10)] = ()

    def term(self) -> Area:
        return Area(code=self.code, name=self.name, kind=self.kind, parents=self.parents)


class NeighboursBody(Body):
    """An area's statistical neighbours by code, the most alike first."""

    area: Id
    neighbours: Annotated[list[Id], Field(min_length=1, max_length=30)]

    def term(self) -> NeighboursOf:
        return NeighboursOf(area=self.area, neighbours=tuple(self.neighbours))


class LoadBody(Body):
    """The whole set and the source that publishes it."""

    source: Title
    areas: Annotated[list[AreaBody], Field(min_length=1, max_length=5000)]
    neighbours: Annotated[tuple[NeighboursBody, ...], Field(max_length=1000)] = ()


class Neighbour(BaseModel):
    """A statistical neighbour; rank 1 is the most alike."""

    rank: int
    code: str
    name: str


class Neighbours(BaseModel):
    """An area and those it is fairly compared with."""

    area: str
    name: str
    source: str
    neighbours: list[Neighbour]
