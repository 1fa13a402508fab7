"""The auditor's opinion on the account of a fund's year."""
