"""What may be asked of the register about one provider; each command states when."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from shared.eventsourcing.commands import Command
from shared.published.procurement import Standard
from shared.published.terms import AgencyId, TextRef

Form = Literal["statutory", "private", "third-sector"]


class RegisterProvider(Command, frozen=True, kw_only=True):
    """`provider` is the agency id that the provider's own tokens carry."""

    provider: AgencyId
    name: str
    form: Form
    small: bool
    identifiers: dict[str, str]
    now: datetime


class HoldStandard(Command, frozen=True, kw_only=True):
    standard: Standard
    title: str
    reference: str
    valid_until: date
    now: datetime


class LapseStandard(Command, frozen=True, kw_only=True):
    """Issued by the deadline, for the standard that `held` names."""

    held: str
    now: datetime


class SuspendProvider(Command, frozen=True, kw_only=True):
    reason: TextRef
    now: datetime


class ReinstateProvider(Command, frozen=True, kw_only=True):
    reason: TextRef
    now: datetime


class FindGround(Command, frozen=True, kw_only=True):
    """A ground of the law was found to stand, for what happened on a day."""

    ground: str
    happened_on: date
    reason: TextRef
    now: datetime


class EndGround(Command, frozen=True, kw_only=True):
    """What was wrong has been put right, or the provider was cleared (s.58)."""

    ground: str
    reason: TextRef
    now: datetime


ProviderCommand = (
    RegisterProvider
    | HoldStandard
    | LapseStandard
    | SuspendProvider
    | ReinstateProvider
    | FindGround
    | EndGround
)
