"""Why a register of training says no; each says what to do."""

from __future__ import annotations

from shared.eventsourcing.commands import Invalid, Refused


class SubjectOfOtherLevel(Invalid):
    """Name a subject that is taught at this level."""

    code = "subject-of-other-level"


class TrainedInFuture(Refused):
    """Record a training once it has been held."""

    code = "trained-in-future"


class TrainedBefore(Refused):
    """This person's training in this subject on this day is on record."""

    code = "training-recorded-before"


class TrainingUnknown(Refused):
    """Name a training on your agency's register."""

    code = "training-unknown"
