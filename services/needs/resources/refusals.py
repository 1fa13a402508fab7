"""Why something may not be done about resources; each says what to do."""

from __future__ import annotations

from shared.eventsourcing.commands import Refused


class MoneyInKind(Refused):
    """Money is pooled or aligned; only staff and buildings are given in kind."""

    code = "money-in-kind"


class ResourceUnknown(Refused):
    """There is no such resource any more; choose one that stands."""

    code = "resource-unknown"


class NotTheirs(Refused):
    """Only the partner whose resource it is agrees to it."""

    code = "resource-not-theirs"


class AlreadyAgreed(Refused):
    """The partner has agreed to this resource; nothing more is to be done."""

    code = "resource-already-agreed"


class ServiceWithoutMoney(Refused):
    """No resource of that service stands in that year; record what it has first."""

    code = "service-without-resources"


class EffectUnclear(Refused):
    """The least effect is not above the most; give them in order."""

    code = "effect-unclear"
