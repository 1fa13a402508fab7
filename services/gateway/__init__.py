"""Answer: one public door; ledgers, contract views, threads and pages folded from events."""
