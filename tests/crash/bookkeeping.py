"""What the logs say, held against what callers were told. Pure: nothing here asks anybody.

Law: an answer stands in its log at the place it named, once; a journey leaves what it leaves in
peace; numbers have no holes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from tests.crash.caller import Answered

Events = Counter[tuple[str, str]]
"""How many events of each service and type."""


class Line(NamedTuple):
    """One event as its log keeps it, with what caused it."""

    service: str
    position: int
    publication: int | None
    type: str
    event: UUID
    command: UUID
    cause: UUID | None


def missing(accepted: Sequence[Answered], lines: Sequence[Line]) -> Iterator[str]:
    """What was answered 2xx and stands nowhere in its log."""
    known = {(line.service, line.command) for line in lines}
    for answered in accepted:
        if (answered.service, answered.asked.command_id) not in known:
            asked = answered.asked
            yield f"{asked.method} {asked.path} at {answered.service} {answered.position}"


def twice(accepted: Sequence[Answered], lines: Sequence[Line]) -> Iterator[str]:
    """A command whose events do not end where its answer says, or do not lie side by side."""
    positions: defaultdict[tuple[str, UUID], list[int]] = defaultdict(list)
    for line in lines:
        positions[line.service, line.command].append(line.position)
    for answered in accepted:
        stands = positions.get((answered.service, answered.asked.command_id), [])
        if stands and stands[-1] != answered.position:
            yield f"{answered.asked.path}: answered {answered.position}, stands at {stands}"
    for (service, command), stands in positions.items():
        if stands != list(range(stands[0], stands[0] + len(stands))):
            yield f"{command} of {service} stands at {stands}"


def by_root(lines: Sequence[Line]) -> Mapping[UUID, Events]:
    """What goes back to each command, by way of whatever reactions.

    Where a cause stands in no log, its effects go back to nobody's command: they will be missed.
    """
    by_event = {line.event: line for line in lines}
    found: defaultdict[UUID, Events] = defaultdict(Events)
    for line in lines:
        root = line
        while root.cause is not None and root.cause in by_event:
            root = by_event[root.cause]
        found[root.command][line.service, line.type] += 1
    return found


def left_by(commands: Sequence[UUID], roots: Mapping[UUID, Events]) -> Events:
    """What some commands left behind, all together."""
    return sum((roots.get(command, Events()) for command in commands), Events())


def holes(service: str, lines: Sequence[Line]) -> Iterator[str]:
    own = [line for line in lines if line.service == service]
    published = [line.publication for line in own if line.publication is not None]
    if [line.position for line in own] != list(range(1, len(own) + 1)):
        yield f"the positions of {service} have holes"
    if published != list(range(1, len(published) + 1)):
        yield f"the publications of {service} have holes"
