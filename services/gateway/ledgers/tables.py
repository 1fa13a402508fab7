"""The journal as a table for a spreadsheet.

Law: one writer of tables for every service, and none of its texts is ever a formula.
"""

from shared.http.tables import as_csv, cell

__all__ = ["as_csv", "cell"]
