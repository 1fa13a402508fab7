"""The answers of needs: to a command that adds a part to an object, and an object in full.

Law: a repeated request gets the same part again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import msgspec

from shared.http.handling import Accepted


class PartAccepted(Accepted):
    """An accepted command, and the id of what it added inside the object."""

    part: str


def in_full(value: Any) -> Any:
    """A value as JSON has it, also with what events leave out because it is as usual."""
    if isinstance(value, msgspec.Struct):
        found = {name: in_full(getattr(value, name)) for name in value.__struct_fields__}
        tag = value.__struct_config__.tag
        return {"type": tag, **found} if tag else found
    if isinstance(value, Mapping):
        items = cast(Mapping[Any, Any], value)
        return {key: in_full(one) for key, one in items.items()}
    if isinstance(value, tuple | list):
        return [in_full(one) for one in cast(Sequence[Any], value)]
    return msgspec.to_builtins(value)
