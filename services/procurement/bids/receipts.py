"""The receipt a bidder has of a sealed bid: which envelope came, when, signed by the house.

Law: made of what the log holds, so it says the same whenever it is asked for.
"""

from __future__ import annotations

from datetime import UTC, datetime

from shared.published.terms import AgencyId


def receipt_text(
    tender: str, bid: str, provider: AgencyId, came_at: datetime, size_bytes: int, sha256: str
) -> str:
    """Plain lines; the last is the SHA-256 of the envelope, byte for byte, without a salt."""
    moment = came_at.astimezone(UTC).isoformat(timespec="microseconds")
    return "".join(
        f"{line}\n"
        for line in (
            "Golden Thread receipt of a sealed bid",
            f"tender {tender}",
            f"bid {bid}",
            f"provider {provider}",
            f"received {moment.replace('+00:00', 'Z')}",
            f"bytes {size_bytes}",
            f"sha256 {sha256}",
        )
    )
