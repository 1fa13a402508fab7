"""The request bodies of a market analysis."""

from __future__ import annotations

from services.needs.markets.events import Section
from shared.http.bodies import Body, Day, Id, Prose, Title


class MarketEntryBody(Body):
    """`service` is the kind of service; an action has an owner (a partner) and a day."""

    section: Section
    service: Title
    text: Prose
    owner: Id | None = None
    due_on: Day | None = None


class MarketDoneBody(Body):
    done_on: Day
