"""Divides a sum of pence among weights, instalments or a part in ten thousand.

Law: the parts add up to the sum exactly, and the same sum is divided the same way every time.
"""

from collections.abc import Sequence

WHOLE_BASIS_POINTS = 10_000


def split(amount_pence: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Largest remainder; a tie goes to the earlier weight; a negative sum mirrors the positive one.

    Raises ValueError where a weight is negative or none is above nothing.
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError("weights must not be negative, and one must be above nothing")
    if amount_pence < 0:
        return tuple(-share for share in split(-amount_pence, weights))
    parts = [divmod(amount_pence * weight, whole) for weight in weights]
    floors = [floor for floor, _ in parts]
    odd_pence = amount_pence - sum(floors)
    if odd_pence:
        first = sorted(range(len(parts)), key=lambda n: (-parts[n][1], n))[:odd_pence]
        for n in first:
            floors[n] += 1
    return tuple(floors)


def instalments(amount_pence: int, number: int) -> tuple[int, ...]:
    """Equal parts, the earlier ones taking the odd pence. Raises ValueError below one part."""
    return split(amount_pence, [1] * number)


def portion(amount_pence: int, basis_points: int) -> int:
    """So many ten-thousandths of a sum, rounded towards nothing owed: never above the exact part.

    Raises ValueError where the sum or the basis points are negative.
    """
    if amount_pence < 0 or basis_points < 0:
        raise ValueError("a portion is of a sum and of basis points that are not negative")
    return amount_pence * basis_points // WHOLE_BASIS_POINTS
