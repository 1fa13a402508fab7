"""The request bodies of drafts and shared issues."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from shared.http.bodies import Body, Id, Prose, Title


class SendingBody(Body):
    """`localities` are the places the draft is about; the rest is read from the strategy."""

    strategy: Id
    localities: Annotated[tuple[Title, ...], Field(max_length=100)] = ()


class ProposalBody(Body):
    """`owner` is the agency that takes it forward."""

    taken_forward: Prose
    owner: Id


class AgreementBody(Body):
    partnership: Id
