"""Nothing is public but what the list names: each leaf of each event is tried."""

from __future__ import annotations

import json
import typing
from collections.abc import Iterator
from typing import Any, get_args, get_origin

import msgspec
import pytest

from services.gateway.public_record.publish_list import PUBLIC, WITHHELD_UNTIL, is_public, said
from shared.eventsourcing.events import Published, type_of
from shared.published import contracts, monitoring, needs, procurement
from tests.gateway import story
from tests.gateway.public_record import life

PUBLISHED = {
    type_of(event): event
    for module in (needs, procurement, contracts, monitoring)
    for event in module.PUBLISHED
}
NEVER = (
    "p-secret", "p-2", "p-4", "p-5", "p-9", story.TEXT.digest, str(story.TEXT.text), "rep-1",
    "fl2", "cert-1", "ia-1", "REF-1",
)  # fmt: skip


def paths(kind: Any) -> Iterator[tuple[str, ...]]:
    """Every path to a leaf of a type, as the list writes them."""
    for inner in leaves(kind):
        if not (isinstance(inner, type) and issubclass(inner, msgspec.Struct)):
            yield ()
            continue
        for name, hint in typing.get_type_hints(inner).items():
            if get_origin(hint) is not typing.ClassVar:
                yield from ((name, *rest) for rest in paths(hint))


def leaves(hint: Any) -> Iterator[Any]:
    if get_origin(hint) in (tuple, typing.Union) or hint.__class__.__name__ == "UnionType":
        for inner in get_args(hint):
            if inner not in (Ellipsis, type(None)):
                yield from leaves(inner)
    else:
        yield hint


@pytest.mark.parametrize("name", [*PUBLIC, *WITHHELD_UNTIL])
def test_the_list_names_only_what_there_is(name: str) -> None:
    known = {".".join(path) for path in paths(PUBLISHED[name])}
    prefixes = {one[: one.rfind(".")] for one in known if "." in one}
    named = PUBLIC[name] if name in PUBLIC else WITHHELD_UNTIL[name][0]
    for field in named:
        assert field in known | prefixes, field


@pytest.mark.parametrize("name", list(PUBLIC))
def test_no_person_and_no_text_is_on_the_list(name: str) -> None:
    for field in PUBLIC[name]:
        leaf = field.rpartition(".")[2]
        assert not leaf.endswith(("_by", "owner", "officer", "manager")), field
        assert leaf not in ("reason", "grounds", "body", "text", "story", "asked", "answer"), field


def test_what_waits_waits_for_something_public() -> None:
    for name, (_, later) in WITHHELD_UNTIL.items():
        assert name not in PUBLIC
        assert later in PUBLIC


def test_a_field_that_is_added_stays_unpublished_until_it_is_named() -> None:
    class TenderOpened(Published, frozen=True, kw_only=True, tag="procurement.tender-opened.v1"):
        tender: str
        bidder_in_mind: str = "acorn"

    assert said(TenderOpened(tender="t1")) == {"tender": "t1"}
    assert is_public(TenderOpened(tender="t1"))


def test_what_is_not_on_the_list_is_nowhere_in_the_record() -> None:
    whole = json.dumps(life.releases(life.heard(life.WHOLE)))
    for secret in NEVER:
        assert f'"{secret}"' not in whole, secret
    for word in ("numerator", "denominator", "girls", "score"):
        assert word not in whole, word


def test_events_outside_the_list_make_no_release() -> None:
    public = {name.rpartition(".v")[0] for name in PUBLIC}
    for internal in (
        story.FLAGGED, story.ASKED, story.INCIDENT, story.WITHHELD, story.CERTIFIED, story.NOTICE,
        story.DECIDED, life.AWARDED, life.REPRESENTED,
    ):  # fmt: skip
        assert type_of(type(internal)).rpartition(".v")[0] not in public
        assert not is_public(internal)


def test_who_won_and_the_price_are_public_only_with_the_notice() -> None:
    decided = life.WHOLE[: [event for _, event in life.WHOLE].index(life.NOTICED)]
    before = json.dumps(life.releases(life.heard(decided)).get(life.TENDER))
    assert "acorn" not in before
    assert "90000" not in before
    noticed = life.releases(life.heard([*decided, ("procurement", life.NOTICED)]))[life.TENDER]
    [award] = noticed[-1]["awards"]
    assert award["suppliers"] == [{"id": "acorn", "name": "Acorn Counselling"}]
    assert award["value"] == {"amount": 90_000.0, "currency": "GBP"}


def test_a_flag_that_was_not_upheld_is_nowhere() -> None:
    dismissed = [one for one in life.WHOLE if one[1] is not life.UPHELD]
    whole = json.dumps(life.releases(life.heard(dismissed)))
    assert "performanceFailures" not in whole
