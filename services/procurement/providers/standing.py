"""What the register says of an agency at this moment, read from its stream and not from a view."""

from __future__ import annotations

from services.procurement.providers.decider import PROVIDERS
from services.procurement.providers.state import Provider
from shared.eventsourcing.commands import Missing
from shared.http.handling import Handle
from shared.published.terms import AgencyId


async def standing_of(handle: Handle, agency: AgencyId) -> Provider:
    """The provider as it stands; `Unregistered` where the register has never heard of it."""
    try:
        return await handle.load(PROVIDERS, agency)
    except Missing:
        return PROVIDERS.initial
