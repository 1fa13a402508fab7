"""Assess and plan: what children need, what to do about it, who decides."""
