"""Why a list of preferred providers says no: conditions, each with its code."""

from __future__ import annotations

from shared.eventsourcing.commands import Invalid, Refused


class ListStands(Refused):
    """This list has been drafted."""

    code = "list-stands"


class ListOver(Refused):
    """The list has ended: draft a new one."""

    code = "list-over"


class NeighbourMissing(Invalid):
    """A shared list names at least one neighbouring partnership beside one's own, each once."""

    code = "neighbour-missing"


class ListUntilPast(Invalid):
    """The last day of the list is not over yet: name a later one."""

    code = "until-past"


class AlreadyListed(Refused):
    """The provider is on the list."""

    code = "already-listed"


class NotListed(Refused):
    """The provider is not on the list."""

    code = "not-listed"


class NotOfThisList(Refused):
    """The list is not of this partnership."""

    code = "not-of-this-list"


class AlreadyAgreed(Refused):
    """The partnership has agreed to the list as it stands."""

    code = "already-agreed"


class NobodyListed(Refused):
    """There is nobody on the list to agree to: put a provider on it first."""

    code = "nobody-listed"
