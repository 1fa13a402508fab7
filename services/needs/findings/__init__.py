"""Findings: what came from outside an assessment and waits for the next one."""
