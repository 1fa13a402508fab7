"""Writes pence the way people read pounds.

Law: what is written says the sum to the penny, sign first.
"""


def pounds(pence: int) -> str:
    """`123456` as `£1,234.56`, `-9` as `-£0.09`."""
    whole, odd = divmod(abs(pence), 100)
    sign = "-" if pence < 0 else ""
    return f"{sign}£{whole:,}.{odd:02d}"
