"""The hash tree against RFC 6962's own vectors and against pymerkle, an independent one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymerkle import (  # pyright: ignore[reportMissingTypeStubs] - has none
    InmemoryTree,
    verify_consistency,  # pyright: ignore[reportUnknownVariableType]
)

from shared.proofs.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_path,
    inclusion_path,
    is_consistent,
    is_included,
    leaf_hash,
    root,
)
from shared.proofs.tiles import WIDTH, TileName, edge, grown, needed, root_of

VECTORS = [
    bytes.fromhex(leaf)
    for leaf in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


class Grown:
    """A tree as it is kept: tiles that grow by batches of leaves."""

    def __init__(self) -> None:
        self.size = 0
        self.tiles: dict[TileName, bytes] = {}

    def add(self, leaves: list[bytes]) -> None:
        kept = {name: self.tiles[name] for name in edge(self.size)}
        self.tiles |= grown(self.size, kept, [leaf_hash(leaf) for leaf in leaves])
        self.size += len(leaves)

    def root(self, size: int) -> bytes:
        return root_of((0, size), self.tiles)

    def hashes(self, ranges: list[tuple[int, int]]) -> list[bytes]:
        read = {name: self.tiles[name] for name in needed(ranges)}
        return [root_of(leaves, read) for leaves in ranges]


def tree_of(leaves: list[bytes], batch: int = 100) -> Grown:
    tree = Grown()
    for start in range(0, len(leaves), batch):
        tree.add(leaves[start : start + batch])
    return tree


def independent(leaves: list[bytes]) -> Any:
    tree: Any = InmemoryTree(algorithm="sha256")
    for leaf in leaves:
        tree.append_entry(leaf)
    return tree


def numbered(count: int) -> list[bytes]:
    return [f"posting {n}".encode() for n in range(count)]


@pytest.mark.parametrize("size", range(1, 9))
def test_the_roots_of_certificate_transparency(size: int) -> None:
    assert root(map(leaf_hash, VECTORS[:size])).hex() == ROOTS[size - 1]
    assert tree_of(VECTORS, 3).root(size).hex() == ROOTS[size - 1]


def test_nothing_has_a_root_of_its_own() -> None:
    assert root([]) == EMPTY_ROOT
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize(
    ("index", "size", "path"),
    [
        (0, 1, ()),
        (2, 3, ("fac54203",)),
        (1, 5, ("6e340b9c", "5f083f0a", "bc1a0643")),
        (5, 8, ("bc1a0643", "ca854ea1", "d37ee418")),
    ],
)
def test_the_inclusion_proofs_of_certificate_transparency(
    index: int, size: int, path: tuple[str, ...]
) -> None:
    found = tree_of(VECTORS).hashes(inclusion_path(index, size))
    assert tuple(one.hex()[:8] for one in found) == path


@pytest.mark.parametrize(
    ("earlier", "later", "path"),
    [
        (1, 1, ()),
        (2, 5, ("5f083f0a", "bc1a0643")),
        (6, 8, ("0ebc5d34", "ca854ea1", "d37ee418")),
    ],
)
def test_the_consistency_proofs_of_certificate_transparency(
    earlier: int, later: int, path: tuple[str, ...]
) -> None:
    found = tree_of(VECTORS).hashes(consistency_path(earlier, later))
    assert tuple(one.hex()[:8] for one in found) == path


@settings(deadline=None)
@given(st.integers(1, 1500), st.integers(1, 700), st.data())
def test_roots_and_proofs_are_those_of_an_independent_tree(
    count: int, batch: int, data: st.DataObject
) -> None:
    leaves = numbered(count)
    ours, theirs = tree_of(leaves, batch), independent(leaves)
    size = data.draw(st.integers(1, count))
    index = data.draw(st.integers(0, size - 1))
    earlier = data.draw(st.integers(1, size))
    assert ours.root(size) == theirs.get_root(size)

    path = ours.hashes(inclusion_path(index, size))
    assert path == list(theirs.prove_inclusion(index + 1, size).path[1:])
    assert is_included(leaf_hash(leaves[index]), index, size, path, ours.root(size))

    path = ours.hashes(consistency_path(earlier, size))
    # Of the several proofs there are, pymerkle's is another than the one of RFC 6962.
    before, after = theirs.get_root(earlier), theirs.get_root(size)
    assert is_consistent(earlier, before, size, after, path)
    verify_consistency(ours.root(earlier), ours.root(size), theirs.prove_consistency(earlier, size))


@settings(deadline=None)
@given(st.integers(1, 300), st.data())
def test_no_other_leaf_place_size_or_hash_is_proved(count: int, data: st.DataObject) -> None:
    tree = tree_of(numbered(count))
    index = data.draw(st.integers(0, count - 1))
    leaf, head = leaf_hash(numbered(count)[index]), tree.root(count)
    path = tree.hashes(inclusion_path(index, count))
    other = data.draw(st.integers(-1, count + 2).filter(lambda one: one != index))
    assert not is_included(leaf, other, count, path, head)
    assert not is_included(leaf_hash(b"another"), index, count, path, head)
    assert not is_included(leaf, index, count, [*path, head], head)
    for n in range(len(path)):
        assert not is_included(leaf, index, count, [*path[:n], *path[n + 1 :]], head)
        changed = [*path[:n], bytes(32), *path[n + 1 :]]
        assert not is_included(leaf, index, count, changed, head)


@settings(deadline=None)
@given(st.integers(1, 300), st.data())
def test_a_tree_that_began_otherwise_is_not_consistent(count: int, data: st.DataObject) -> None:
    earlier = data.draw(st.integers(1, count))
    tree = tree_of(numbered(count))
    path = tree.hashes(consistency_path(earlier, count))
    changed = [b"changed", *numbered(earlier)[1:]]
    head = root(map(leaf_hash, changed))
    assert not is_consistent(earlier, head, count, tree.root(count), path)
    assert not is_consistent(earlier, tree.root(earlier), count, head + b"", [*path, head])
    for n in range(len(path)):
        broken = [*path[:n], bytes(32), *path[n + 1 :]]
        assert not is_consistent(earlier, tree.root(earlier), count, tree.root(count), broken)


def test_what_grew_from_nothing_is_consistent_and_nothing_shrinks() -> None:
    tree = tree_of(numbered(5))
    assert consistency_path(0, 5) == []
    assert is_consistent(0, EMPTY_ROOT, 5, tree.root(5), [])
    assert not is_consistent(5, tree.root(5), 4, tree.root(4), [])
    assert not is_consistent(3, tree.root(3), 5, tree.root(5), [])


def test_growing_touches_the_edge_alone() -> None:
    """A posting more writes as many tiles as the tree has levels of them, however large it is."""
    size = WIDTH * WIDTH * 3 + WIDTH * 7 + 11
    kept = {name: bytes(32 * (size >> 8 * name.level & 255)) for name in edge(size)}
    assert len(kept) == 3
    assert list(grown(size, kept, [bytes(32)])) == [TileName(0, size // WIDTH)]
    frontier = Frontier()
    for leaf in numbered(1000):
        frontier.add(leaf_hash(leaf))
    assert frontier.root() == tree_of(numbered(1000)).root(1000)
