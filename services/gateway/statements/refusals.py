"""Why a statement says no: conditions, each with its code and what to do."""

from __future__ import annotations

from shared.eventsourcing.commands import Invalid, Refused


class QuarterNotOver(Refused):
    """This quarter has not ended; issue its statements from the day after."""

    code = "quarter-not-over"


class AlreadySigned(Refused):
    """Two people have signed this statement; what has changed since belongs to the next one."""

    code = "statement-signed"


class UnknownLine(Invalid):
    """The statement has no line of this number."""

    code = "unknown-line"


class LinesUnanswered(Refused):
    """Agree or dispute every line before signing."""

    code = "lines-unanswered"


class StatementMoved(Refused):
    """The statement was issued anew since you read it; read it again and answer its lines."""

    code = "statement-moved"


class SignedByYou(Refused):
    """You have signed this statement; a second person of your agency has to sign it too."""

    code = "signs-own-work"
