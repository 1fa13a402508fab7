"""What a leaf of a fund's tree is: one posting, in bytes that are the same whoever writes them.

Law: JSON with its names in order and without spaces; what is not said of a posting is left out, so
that a field added later changes no leaf there is.
"""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from services.gateway.ledgers.transactions import PostingLine

_encode = msgspec.json.Encoder(order="sorted").encode
_FIELDS = PostingLine.__struct_fields__
_OPTIONAL = dict(
    zip(
        _FIELDS[len(_FIELDS) - len(PostingLine.__struct_defaults__) :],
        PostingLine.__struct_defaults__,
        strict=True,
    )
)


def leaf(publication: int, line: int, recorded_at: datetime, posting: PostingLine) -> bytes:
    """The bytes of a posting: line `line` of what the contracts log's publication led to."""
    said = {
        name: value
        for name in _FIELDS
        if (value := getattr(posting, name)) != _OPTIONAL.get(name, _OPTIONAL)
    }
    said |= {"publication": publication, "line": line, "recorded_at": recorded_at.astimezone(UTC)}
    return _encode(said)
