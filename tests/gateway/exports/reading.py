"""Exported journals as the tools they are written for read them."""

from __future__ import annotations

import csv
import shutil
import subprocess
from collections import Counter
from importlib import import_module
from io import StringIO
from typing import Any

import pytest

STRICT = ("check", "-s", "accounts", "commodities", "payees", "ordereddates")
HLEDGER = shutil.which("hledger")
needs_hledger = pytest.mark.skipif(HLEDGER is None, reason="hledger is not installed")


def hledger(text: str, *words: str) -> str:
    """What hledger says of a journal; a complaint fails the test with its words."""
    run = subprocess.run(
        ["hledger", "-f", "-", *words], input=text, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


def hledger_balances(text: str, *words: str) -> dict[str, int]:
    """Every account's balance, but those of nothing."""
    shown = hledger(text, "balance", "--flat", "-N", "-O", "csv", *words)
    rows = csv.DictReader(StringIO(shown))
    return {row["account"]: int(row["balance"].removesuffix(" GBX")) for row in rows}


def beancount_entries(text: str) -> tuple[list[Any], list[Any]]:
    """The entries, and whatever `bean-check` would complain of."""
    loader: Any = import_module("beancount.loader")  # heavy, and untyped
    entries, errors, _ = loader.load_string(text)
    return list(entries), list(errors)


def transactions(entries: list[Any]) -> list[tuple[Any, ...]]:
    """Day and accounts of every transaction, in a settled order."""
    return sorted(
        (one.date, _by_account(one.postings))
        for one in entries
        if type(one).__name__ == "Transaction"
    )


def _by_account(postings: list[Any]) -> tuple[tuple[str, int], ...]:
    found: Counter[str] = Counter()
    for posting in postings:
        found[posting.account] += int(posting.units.number)
    return tuple(sorted(found.items()))
