"""What agencies are called: names for the codes that facts carry.

Law: an agency nobody has named is shown by its code.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from fastapi import Request

from services.gateway.contract_views.views import PROVIDER_NAMES
from services.gateway.sign_in.persons import AGENCIES
from shared.http.membership import partnerships


async def agency_name(request: Request, agency: str) -> str:
    """The name its partnership gives it, or its own as a provider; else a demo agency's."""
    for row in (await partnerships(request)).values():
        for member in row.members:
            if member.agency == agency:
                return member.name
    provider = await request.app.state.house.stores[PROVIDER_NAMES.name].get(agency)
    return provider.name if provider else AGENCIES.get(agency, agency)


async def agency_names(request: Request, agencies: Iterable[str]) -> Mapping[str, str]:
    return {agency: await agency_name(request, agency) for agency in set(agencies)}
