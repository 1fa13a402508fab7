"""How a tree's nodes are kept: the hashes of every eighth level, 256 to a tile (C2SP tlog-tiles).

Law: a tile only ever gains hashes; a tree of any earlier size is read from the same tiles.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from shared.proofs.merkle import HASH_BYTES, Node, Range, gathered, node_hash, subtrees

LEVELS = 8
WIDTH = 1 << LEVELS


class TileName(NamedTuple):
    """Tile `place` of the tiles of a `level`; level 0 has the hashes of leaves."""

    level: int
    place: int


Tiles = Mapping[TileName, bytes]


def edge(size: int) -> list[TileName]:
    """The tiles that a tree of a size has begun and not filled; growing needs these alone."""
    found: list[TileName] = []
    level = 0
    while size:
        if size % WIDTH:
            found.append(TileName(level, size // WIDTH))
        size, level = size // WIDTH, level + 1
    return found


def grown(size: int, kept: Tiles, hashes: Sequence[bytes]) -> dict[TileName, bytes]:
    """The tiles that change when leaves are added to a tree of a size, given its edge."""
    changed: dict[TileName, bytes] = {}
    level, fresh = 0, list(hashes)
    while fresh:
        filled: list[bytes] = []
        taken = 0
        while taken < len(fresh):
            name = TileName(level, (size + taken) // WIDTH)
            room = WIDTH - (size + taken) % WIDTH
            tile = kept.get(name, b"") + b"".join(fresh[taken : taken + room])
            changed[name] = tile
            if len(tile) == WIDTH * HASH_BYTES:
                filled.append(_whole(tile))
            taken += room
        level, size, fresh = level + 1, size // WIDTH, filled
    return changed


def tile_of(node: Node) -> TileName:
    level, within = divmod(node.level, LEVELS)
    return TileName(level, (node.place << within) // WIDTH)


def hash_in(tile: bytes, node: Node) -> bytes:
    """A node's hash from the tile it is in. Raises ValueError where the tile is too short."""
    within = node.level % LEVELS
    first = (node.place << within) % WIDTH * HASH_BYTES
    part = tile[first : first + (HASH_BYTES << within)]
    if len(part) != HASH_BYTES << within:
        raise ValueError(f"the tile does not reach to {node}")
    return _whole(part)


def _whole(hashes: bytes) -> bytes:
    """The root over a power of two of hashes."""
    found = [hashes[n : n + HASH_BYTES] for n in range(0, len(hashes), HASH_BYTES)]
    while len(found) > 1:
        found = [node_hash(*pair) for pair in zip(found[::2], found[1::2], strict=True)]
    return found[0]


def needed(ranges: Iterable[Range]) -> set[TileName]:
    """The tiles from which the roots of these ranges are read."""
    return {tile_of(node) for leaves in ranges for node in subtrees(leaves)}


def root_of(leaves: Range, tiles: Tiles) -> bytes:
    """The root over a range that a proof names. Raises KeyError where a tile is missing."""
    return gathered([hash_in(tiles[tile_of(node)], node) for node in subtrees(leaves)])
