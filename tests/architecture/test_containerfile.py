"""The recipe of the image is one its linter accepts, and builds from what is let through.

Law: the base is the builder's choice, and nobody runs as root.
"""

import subprocess
import sys
from pathlib import Path

import pytest

HADOLINT = Path(sys.executable).parent / "hadolint"


@pytest.fixture
def recipe(repository: Path) -> str:
    return (repository / "deploy/Containerfile").read_text(encoding="utf-8")


def objections(recipe: str) -> list[str]:
    """What hadolint says against a recipe, of whatever severity; nothing of it may be waved off."""
    command = [str(HADOLINT), "--no-color", "--disable-ignore-pragma", "-"]
    run = subprocess.run(command, input=recipe, capture_output=True, text=True, check=False)
    assert not run.stderr, run.stderr
    return run.stdout.splitlines()


def copied(recipe: str) -> list[str]:
    """What the recipe takes from this repository."""
    return [
        word
        for line in recipe.splitlines()
        if line.startswith("COPY ") and "--from" not in line
        for word in line.split()[1:-1]
    ]


def test_the_linter_has_nothing_against_it(recipe: str) -> None:
    assert objections(recipe) == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("RUN sudo true", "DL3004"),
        ("RUN cd /app", "DL3003"),
        ("USER root", "DL3002"),
        ("# hadolint ignore=DL3004\nRUN sudo true", "DL3004"),
        ("RUM true", "unexpected"),
    ],
)
def test_a_fault_in_the_recipe_is_seen(recipe: str, line: str, said: str) -> None:
    assert any(said in each for each in objections(f"{recipe}{line}\n"))


def test_the_base_is_an_argument_of_the_build(recipe: str) -> None:
    stages = [line for line in recipe.splitlines() if line.startswith("FROM ")]
    assert "ARG BASE=" in recipe
    assert all(line.startswith("FROM ${BASE}") for line in stages)


def test_nobody_runs_as_root(recipe: str) -> None:
    assert recipe.rindex("\nUSER 10001:10001\n") > recipe.rindex("\nRUN ")


def test_what_the_image_copies_is_there_and_let_through(recipe: str, repository: Path) -> None:
    ignore = (repository / ".dockerignore").read_text(encoding="utf-8").splitlines()
    for path in copied(recipe):
        assert (repository / path).exists(), path
        assert any(f"!{path}".startswith(rule) for rule in ignore if rule.startswith("!")), path
