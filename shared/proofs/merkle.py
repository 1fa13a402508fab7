"""The hash tree of RFC 6962: roots, and proofs that a leaf is in it and that it only grew.

Law: a leaf and a node never hash alike, so no proof can pass a node off as a leaf.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple

HASH_BYTES = 32

Range = tuple[int, int]
"""Leaves from the first to before the second."""


class Node(NamedTuple):
    """A whole subtree: `place` counts those of its `level`; leaves are level 0."""

    level: int
    place: int


def leaf_hash(leaf: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


EMPTY_ROOT = hashlib.sha256().digest()


def gathered(hashes: Sequence[bytes]) -> bytes:
    """The root over whole subtrees that stand side by side, each smaller than the one before."""
    if not hashes:
        return EMPTY_ROOT
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = node_hash(left, root)
    return root


class Frontier:
    """A tree that grows, of which only what the next leaf needs is kept: its whole subtrees."""

    def __init__(self) -> None:
        self.size = 0
        self._subtrees: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """Takes the hash of one more leaf."""
        whole, size = leaf, self.size
        while size & 1:
            whole = node_hash(self._subtrees.pop(), whole)
            size >>= 1
        self._subtrees.append(whole)
        self.size += 1

    def root(self) -> bytes:
        return gathered(self._subtrees)


def root(hashes: Iterable[bytes]) -> bytes:
    """The root over the hashes of leaves."""
    frontier = Frontier()
    for one in hashes:
        frontier.add(one)
    return frontier.root()


def subtrees(leaves: Range) -> list[Node]:
    """The whole subtrees a range that a proof names is made of, from left to right."""
    start, end = leaves
    found: list[Node] = []
    while start < end:
        level = (end - start).bit_length() - 1
        found.append(Node(level, start >> level))
        start += 1 << level
    return found


def _middle(start: int, end: int) -> int:
    """Where a tree of these leaves is parted: after the largest power of two below its size."""
    return start + (1 << ((end - start - 1).bit_length() - 1))


def inclusion_path(index: int, size: int) -> list[Range]:
    """The ranges whose roots lead from a leaf, counted from 0, to the root; lowest first."""
    start, end = 0, size
    path: list[Range] = []
    while end - start > 1:
        middle = _middle(start, end)
        if index < middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start = middle
    return path[::-1]


def consistency_path(earlier: int, later: int) -> list[Range]:
    """The ranges whose roots show that a tree of one size began as the other; lowest first."""
    start, end, known = 0, later, True
    path: list[Range] = []
    while 0 < earlier < end:
        middle = _middle(start, end)
        if earlier <= middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start, known = middle, False
    if not known:
        path.append((start, end))
    return path[::-1]


def is_included(leaf: bytes, index: int, size: int, path: Sequence[bytes], head: bytes) -> bool:
    """Whether a path leads from a leaf's hash to the root of that size (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    at, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node_hash(sibling, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and found == head


def is_consistent(
    earlier: int, earlier_head: bytes, later: int, later_head: bytes, path: Sequence[bytes]
) -> bool:
    """Whether the tree of the later root began as that of the earlier (RFC 9162, 2.1.4.2)."""
    if not 0 <= earlier <= later:
        return False
    if earlier == later:
        return not path and earlier_head == later_head
    if earlier == 0:
        return not path and earlier_head == EMPTY_ROOT
    steps = [earlier_head, *path] if earlier & (earlier - 1) == 0 else list(path)
    if not steps:
        return False
    at, last = earlier - 1, later - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    before = after = steps[0]
    for sibling in steps[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            after = node_hash(after, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and before == earlier_head and after == later_head
