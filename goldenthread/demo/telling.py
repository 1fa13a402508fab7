"""The table at the end of the demonstration, and where to look next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from goldenthread.demo.playing import Ending
from shared.values.money import pounds

SIGN_IN_AS = (
    "Commissioner, council",
    "Finance officer, council",
    "Finance officer, health",
    "Service lead, counselling",
    "Auditor",
)


def tell(console: Console, ending: Ending, address: str) -> None:
    """Prints what the two years came to."""
    services = Table("service", "events", "memory", title="What was recorded")
    for name, events in ending.events.items():
        services.add_row(name, f"{events:,}", f"{ending.memory_mb[name]} MB")
    console.print(services)
    money = Table(
        "year", "budget", "actual", "outturn", "variance", "in the bank", title="The pooled fund"
    )
    for fund in ending.funds:
        money.add_row(*_money(fund))
    console.print(money)
    console.print(_in_january(ending.january))
    judged = [one for one in ending.identities if one["holds"] is not None]
    broken = [one for one in judged if not one["holds"]]
    console.print(
        f"{len(judged)} identities of the books hold to the penny."
        if not broken
        else f"[bold]The books do not balance:[/bold] {broken}"
    )
    cases = Table("measure", "status", "raised", title="Underperformance flags")
    for flag in ending.flags:
        cases.add_row(flag["measure"], flag["status"], str(flag["raised_at"])[:10])
    console.print(cases)
    console.print("One pound, walked back: " + " ← ".join(dict.fromkeys(ending.thread)))
    console.print(f"{ending.requests} requests in {ending.seconds:.1f} s.")
    console.print(f"\nLook at [bold]{address}[/bold] and sign in as one of:")
    for who in SIGN_IN_AS:
        console.print(f"  · {who}")
    for link in ending.links:
        console.print(f"  {address}{link}")


def _in_january(at: Mapping[str, Any]) -> str:
    """What the board was told in January about the year then running."""
    mine = at["mine"]
    owes, keeps = mine["would_owe_pence"], mine["would_get_back_pence"]
    falls = f"you owe {pounds(owes)}" if owes else f"you get back {pounds(keeps)}"
    outturn = pounds(at["forecast_outturn_pence"])
    return f"In January 2027 the board saw: outturn {outturn}; if the year lands here, {falls}."


def _money(fund: Mapping[str, Any]) -> list[str]:
    at = fund["position"]
    keys = ("budget_pence", "actual_pence", "forecast_outturn_pence", "variance_pence")
    return [fund["year"], *(pounds(at[key]) for key in keys), pounds(at["bank_pence"])]
