"""The public record as it is kept: releases source by source, and who the organisations are.

Law: a release is made once, of one event, and never changed; what it needs of another source
(the process a contract belongs to, the name of an organisation) is a fact that came before it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec.structs import replace

from services.gateway.public_record.agreed import AGREED
from services.gateway.public_record.chosen import CHOSEN
from services.gateway.public_record.delivered import DELIVERED
from services.gateway.public_record.planned import PLANNED
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View
from shared.published import needs, procurement


class OrganisationRow(Row, frozen=True, kw_only=True):
    """What organisations are called and since when, kept when one leaves; how a provider is
    registered.
    """

    names: dict[str, str]
    since: dict[str, datetime]
    identifiers: dict[str, str]
    form: str = ""
    small: bool = False


def fold_partners(row: OrganisationRow | None, recorded: Recorded) -> OrganisationRow | None:
    match recorded.event:
        case needs.PartnershipFormed() as event:
            own = {event.partnership: event.name}
            names = own | {one.agency: one.name for one in event.members}
            since = dict.fromkeys(names, recorded.recorded_at)
            return OrganisationRow(names=names, since=since, identifiers={})
        case needs.PartnerJoined() as event if row and event.agency not in row.names:
            return replace(
                row,
                names=row.names | {event.agency: event.name},
                since=row.since | {event.agency: recorded.recorded_at},
            )
        case _:
            return row


def fold_provider(_: OrganisationRow | None, recorded: Recorded) -> OrganisationRow | None:
    event = recorded.event
    if not isinstance(event, procurement.ProviderRegistered):
        raise TypeError(f"{type(event).__name__} registers nobody")
    return OrganisationRow(
        names={event.provider: event.name},
        since={event.provider: recorded.recorded_at},
        form=event.form,
        small=event.small,
        identifiers=event.identifiers,
    )


PARTNERS: View[OrganisationRow] = View(
    name="public_partners",
    source="needs",
    row=OrganisationRow,
    events=(needs.PartnershipFormed, needs.PartnerJoined),
    key=lambda recorded: getattr(recorded.event, "partnership", None),
    fold=fold_partners,
)
PROVIDERS: View[OrganisationRow] = View(
    name="public_providers",
    source="procurement",
    row=OrganisationRow,
    events=(procurement.ProviderRegistered,),
    key=lambda recorded: getattr(recorded.event, "provider", None),
    fold=fold_provider,
)

RELEASES: tuple[View[Any], ...] = (PLANNED, CHOSEN, AGREED, DELIVERED)
"""In the order of `dating.SOURCES`."""
VIEWS: tuple[View[Any], ...] = (*RELEASES, PARTNERS, PROVIDERS)
