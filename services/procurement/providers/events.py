"""The facts of a provider in the register; those that others may hear are declared in `shared`."""

from __future__ import annotations

from datetime import date

from shared.eventsourcing.events import Event
from shared.published.procurement import (
    ProviderRegistered,
    ProviderReinstated,
    ProviderSuspended,
    Standard,
    StandardLapsed,
)


class StandardHeld(Event, frozen=True, kw_only=True, tag="procurement.standard-held.v1"):
    """A standard was seen and checked: its certificate, and the last day on which it holds.

    `title` tells quality marks apart (PQASSO, ISO 9000, Investors in People, Your Welcome).
    """

    standard: Standard
    title: str = ""
    reference: str
    valid_until: date


ProviderEvent = (
    ProviderRegistered | StandardHeld | StandardLapsed | ProviderSuspended | ProviderReinstated
)
