"""The facts of a provider in the register; those that others may hear are declared in `shared`."""

from __future__ import annotations

from shared.published.procurement import (
    ExclusionGroundEnded,
    ExclusionGroundFound,
    ProviderRegistered,
    ProviderReinstated,
    ProviderSuspended,
    StandardHeld,
    StandardLapsed,
)

ProviderEvent = (
    ProviderRegistered
    | StandardHeld
    | StandardLapsed
    | ProviderSuspended
    | ProviderReinstated
    | ExclusionGroundFound
    | ExclusionGroundEnded
)
