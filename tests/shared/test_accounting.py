"""Which numbers were gone through, counted bit by bit."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from shared.eventsourcing.accounting import BLOCK, Span, counted, unaccounted

numbers = st.sets(st.integers(min_value=1, max_value=3 * BLOCK + 5))


def blocks_of(gone_through: set[int]) -> dict[int, int]:
    blocks: dict[int, int] = {}
    for number in gone_through:
        block, place = divmod(number, BLOCK)
        blocks[block] = blocks.get(block, 0) | 1 << place
    return blocks


@given(numbers, st.integers(1, 2 * BLOCK), st.integers(0, 3 * BLOCK + 5))
def test_what_is_not_accounted_for_is_exactly_what_was_not_gone_through(
    gone_through: set[int], first: int, last: int
) -> None:
    spans = unaccounted(first, last, blocks_of(gone_through))

    named = [number for span in spans for number in range(span.first, span.last + 1)]
    assert named == [n for n in range(first, last + 1) if n not in gone_through]
    assert counted(spans) == len(named)
    for one, next_one in pairwise(spans):
        assert one.last + 1 < next_one.first, "neighbours are one span"


def test_a_hole_over_the_edge_of_a_block_is_one_hole() -> None:
    all_but = set(range(1, 3 * BLOCK)) - {BLOCK - 1, BLOCK, BLOCK + 1}
    assert unaccounted(1, 3 * BLOCK - 1, blocks_of(all_but)) == [Span(BLOCK - 1, BLOCK + 1)]
    assert unaccounted(1, 2 * BLOCK, {}) == [Span(1, 2 * BLOCK)]
    assert unaccounted(1, 0, {}) == []
