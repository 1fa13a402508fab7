"""Flags: one measure of one contract, judged period by period, and the cases it opens."""
