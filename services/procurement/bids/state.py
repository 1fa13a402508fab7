"""Who opens a tender's bids: the officers, their keys, and the parts they have given."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from services.procurement.bids.events import (
    OpeningKeyRegistered,
    OpeningOfficersNamed,
    OpeningPartsGiven,
)
from shared.published.terms import PersonId, TextRef

PanelEvent = OpeningOfficersNamed | OpeningKeyRegistered | OpeningPartsGiven


class Panel(msgspec.Struct, frozen=True, kw_only=True):
    """`keys` and `given` are by officer; keys in base64, given parts as they are kept."""

    officers: tuple[PersonId, ...] = ()
    keys: dict[PersonId, str] = {}
    given: dict[PersonId, TextRef] = {}

    @property
    def is_complete(self) -> bool:
        """Whether bids can be sealed to it."""
        return bool(self.officers) and set(self.keys) == set(self.officers)


def panel_after(panel: Panel, event: PanelEvent) -> Panel:
    """Officers named anew keep the keys they had."""
    match event:
        case OpeningOfficersNamed():
            keys = {one: key for one, key in panel.keys.items() if one in event.officers}
            return Panel(officers=event.officers, keys=keys)
        case OpeningKeyRegistered():
            return replace(panel, keys={**panel.keys, event.officer: event.public})
        case OpeningPartsGiven():
            return replace(panel, given={**panel.given, event.officer: event.parts})
