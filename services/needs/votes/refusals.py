"""Why something may not be done about a vote; each says what to do."""

from __future__ import annotations

from shared.eventsourcing.commands import Refused


class AlreadyOpened(Refused):
    """This vote was opened before."""

    code = "vote-already-opened"


class TimesUnclear(Refused):
    """A vote closes after it opens, and not in the past; choose later times."""

    code = "vote-times-unclear"


class ChoicesUnclear(Refused):
    """Give at least two choices, and let each person choose fewer than there are."""

    code = "vote-choices-unclear"


class ChoiceTooDear(Refused):
    """A choice costs more than the whole sum; nobody could win it. Leave it out or make it less."""

    code = "choice-too-dear"


class OrganiserTwice(Refused):
    """Each organiser is named once."""

    code = "organiser-named-twice"


class VoteOver(Refused):
    """Voting has ended; nothing more can be done in it."""

    code = "vote-over"


class VoteNotBegun(Refused):
    """Voting has not begun yet; come back when it opens."""

    code = "vote-not-begun"


class VoteStillOpen(Refused):
    """Votes are counted after the closing time; wait until then."""

    code = "vote-still-open"


class TooManyTokens(Refused):
    """That is more tokens than were agreed for you, with those you withdrew since voting began; ask
    for fewer, or ask who opened the vote.
    """

    code = "too-many-tokens"


class TokensShownOnce(Refused):
    """These tokens were shown once and kept nowhere; withdraw the batch and ask for another."""

    code = "tokens-shown-once"


class BatchUnknown(Refused):
    """You have handed out no such batch, or have withdrawn it."""

    code = "batch-unknown"
