"""Reconciliations: a fund's ledger held against a bank's or a general ledger's extract."""
