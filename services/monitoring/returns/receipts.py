"""The receipt a provider has of a return: what came, when, by whom, for what, signed by the house.

Law: a receipt is made of what the log holds, so it says the same whenever it is asked for.
"""

from __future__ import annotations

from datetime import UTC

from services.monitoring.returns.state import Version
from shared.proofs.notes import Signer, signed
from shared.published.terms import ContractId, Period


def receipt_text(contract: ContractId, period: Period, version: Version) -> str:
    """Plain lines; the last is the SHA-256 of the salt followed by the bytes that came."""
    came_at = version.came_at.astimezone(UTC).isoformat(timespec="seconds")
    return "".join(
        f"{line}\n"
        for line in (
            "Golden Thread receipt of a return",
            f"contract {contract}",
            f"period {period}",
            f"version {version.version}",
            f"received {came_at.replace('+00:00', 'Z')}",
            f"in time {'no' if version.late else 'yes'}",
            f"prepared by {version.prepared_by or version.signed_by}",
            f"signed by {version.signed_by}",
            f"sha256 {version.receipt}",
        )
    )


def receipt_note(signer: Signer, contract: ContractId, period: Period, version: Version) -> str:
    text = receipt_text(contract, period, version)
    return signed(text, [signer.sign(text)])
