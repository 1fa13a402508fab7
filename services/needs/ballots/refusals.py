"""Why a ballot is not taken; each says what to do, in words for those who vote."""

from __future__ import annotations

from shared.eventsourcing.commands import Refused


class TokenUnknown(Refused):
    """We do not know this voting code; look at your slip of paper and type it again."""

    code = "token-unknown"


class TokenUsed(Refused):
    """This voting code has been used; each code counts once."""

    code = "token-used"


class NothingChosen(Refused):
    """You have chosen nothing; tick at least one box."""

    code = "nothing-chosen"


class TooManyChoices(Refused):
    """You have ticked too many boxes; untick some."""

    code = "too-many-choices"


class ChoiceUnknown(Refused):
    """One of your choices is not on this ballot; choose again."""

    code = "choice-unknown"
