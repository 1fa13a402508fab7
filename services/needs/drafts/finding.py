"""Which issues cut across drafts: the same need, group, locality or provider in two or more. Pure.

Law: words are the same that differ only in case, spaces and marks; what means the same in other
words is for people to see.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable
from typing import Literal

import msgspec

from services.needs.drafts.events import DraftSent

Kind = Literal["need", "group", "locality", "provider"]


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """Something that several partnerships' drafts say. `strategies` are those drafts."""

    issue: str
    kind: Kind
    words: str
    partnerships: tuple[str, ...]
    strategies: tuple[str, ...]


def plain(words: str) -> str:
    """Words as they are compared: letters and digits, small, one space between."""
    parted = unicodedata.normalize("NFKD", words).casefold()
    kept = "".join(
        one if one.isalnum() else " " for one in parted if not unicodedata.combining(one)
    )
    return " ".join(kept.split())


def shared_issues(drafts: Iterable[DraftSent]) -> tuple[Found, ...]:
    """The issues that at least two partnerships share; those of most partnerships first."""
    places: dict[tuple[Kind, str], list[tuple[DraftSent, str]]] = {}
    for draft in sorted(drafts, key=lambda one: (one.partnership, one.strategy)):
        told: tuple[tuple[Kind, tuple[str, ...]], ...] = (
            ("need", draft.said.needs),
            ("group", draft.said.groups),
            ("locality", draft.said.localities),
            ("provider", draft.said.providers),
        )
        for kind, every in told:
            for words in {plain(one): one for one in every if plain(one)}.values():
                places.setdefault((kind, plain(words)), []).append((draft, words))
    found = [
        Found(
            issue=issue_id(kind, bare),
            kind=kind,
            words=said[0][1],
            partnerships=tuple(dict.fromkeys(draft.partnership for draft, _ in said)),
            strategies=tuple(dict.fromkeys(draft.strategy for draft, _ in said)),
        )
        for (kind, bare), said in places.items()
    ]
    several = [one for one in found if len(one.partnerships) > 1]
    return tuple(sorted(several, key=lambda one: (-len(one.partnerships), one.kind, one.words)))


def issue_id(kind: Kind, bare: str) -> str:
    """The same issue has the same id whenever it is found."""
    return f"{kind}-{hashlib.sha256(bare.encode()).hexdigest()[:16]}"
