"""The answer to a command that adds a part to an object.

Law: a repeated request gets the same part again.
"""

from __future__ import annotations

from shared.http.handling import Accepted


class PartAccepted(Accepted):
    """An accepted command, and the id of what it added inside the object."""

    part: str
