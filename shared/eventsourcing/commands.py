"""What somebody wants, and how they are told no.

Actor and time are stated in the command, never looked up; a refusal has a code and knows no HTTP.

    Refused            the rules of the stream say no
    ├── Missing        the thing named does not exist, or not for this actor
    ├── Invalid        the content itself cannot be right, whatever the state
    └── NotPermitted   this actor may see the thing but not do this
"""

from __future__ import annotations

from typing import ClassVar

import msgspec


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """A wish, in the imperative; carries who asks and when."""


class Refused(Exception):
    """The rules of the stream say no. `code` is stable; the docstring is the sentence."""

    code: ClassVar[str] = "refused"

    def __init__(self, detail: str = "", pointer: str = "") -> None:
        super().__init__(detail or self.sentence())
        self.detail = detail or self.sentence()
        self.pointer = pointer

    @classmethod
    def sentence(cls) -> str:
        return (cls.__doc__ or cls.code).strip().splitlines()[0]


class Missing(Refused):
    """There is no such thing here."""

    code = "not-found"


class Invalid(Refused):
    """The content cannot be right."""

    code = "invalid"


class NotPermitted(Refused):
    """You may not do this."""

    code = "not-permitted"
