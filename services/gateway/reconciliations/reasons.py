"""Why two amounts under one reference are likely not the same. Pure.

Law: a reason is a guess for a person to judge; the first that fits, in a settled order, is told.
"""

from __future__ import annotations

from services.gateway.reconciliations.lines import Reason

VAT_NUMERATOR, VAT_DENOMINATOR = 6, 5  # 20 per cent on top
VAT_SLACK_PENCE = 1


def likely_reason(ours_pence: int, theirs_pence: int) -> Reason:
    """`late` where the amounts are the same and only the days are far apart."""
    if ours_pence == theirs_pence:
        return "late"
    if ours_pence == -theirs_pence:
        return "sign"
    if same_digits(ours_pence, theirs_pence):
        return "transposition"
    if with_vat(ours_pence, theirs_pence) or with_vat(theirs_pence, ours_pence):
        return "vat"
    return "transposition" if divides_by_nine(ours_pence, theirs_pence) else "unknown"


def divides_by_nine(one_pence: int, other_pence: int) -> bool:
    """What digits changed round always do to a difference, and other slips one time in nine."""
    return (one_pence < 0) == (other_pence < 0) and (one_pence - other_pence) % 9 == 0


def same_digits(one_pence: int, other_pence: int) -> bool:
    """The same digits in another order, or in another place."""
    if not divides_by_nine(one_pence, other_pence):
        return False
    one, other = str(abs(one_pence)), str(abs(other_pence))
    width = max(len(one), len(other))
    return sorted(one.zfill(width)) == sorted(other.zfill(width))


def with_vat(net_pence: int, gross_pence: int) -> bool:
    """Whether one is the other with VAT at 20 per cent on it, to the penny."""
    if not net_pence or (net_pence < 0) != (gross_pence < 0):
        return False
    off = abs(net_pence * VAT_NUMERATOR - gross_pence * VAT_DENOMINATOR)
    return off < VAT_DENOMINATOR * VAT_SLACK_PENCE
