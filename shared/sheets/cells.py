"""A cell as it comes out of an uploaded table. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

FORMULA = "\x00formula"
"""What stands for a cell that holds a formula; whatever that would come to is not read."""
Cell = str | date | int | float
Row = tuple[int, Sequence[Cell]]
"""A row's number in the file, from 1, and its cells."""
