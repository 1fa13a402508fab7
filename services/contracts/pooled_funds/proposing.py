"""What the partners' contributions would be next year: base and recurrent changes, uplift less
efficiency.

Law: only what recurs is proposed again, and a proposal binds nobody.
"""

from __future__ import annotations

from services.contracts.pooled_funds.events import ProposedContribution
from services.contracts.pooled_funds.state import Contribution, Opened
from shared.values.contributions import proposed


def proposals(
    year: Opened, uplift_basis_points: int, efficiency_basis_points: int
) -> tuple[ProposedContribution, ...]:
    """One for each partner, power and eligible spending, in the order they were agreed.

    The base is what was agreed first; what was agreed or reduced later for good is a change.
    """
    lines: dict[tuple[str, ...], list[Contribution]] = {}
    for contribution in year.contributions:
        if contribution.recurrent and contribution.partner not in year.left:
            lines.setdefault(contribution.line, []).append(contribution)
    return tuple(
        _line(contributions, uplift_basis_points, efficiency_basis_points)
        for contributions in lines.values()
        if sum(one.annual_pence for one in contributions) > 0
    )


def _line(contributions: list[Contribution], uplift: int, efficiency: int) -> ProposedContribution:
    first, *later = contributions
    changes = sum(one.annual_pence for one in later)
    found = proposed(first.annual_pence, changes, uplift, efficiency)
    return ProposedContribution(
        partner=first.partner,
        legal_basis=first.legal_basis,
        ring_fence=first.ring_fence,
        instalments=first.instalments,
        base_pence=found.base_pence,
        changes_pence=found.changes_pence,
        uplift_pence=found.uplift_pence,
        efficiency_pence=found.efficiency_pence,
        annual_pence=found.annual_pence,
    )
