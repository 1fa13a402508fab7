"""Incidents: serious incidents, by reference only; the referral is always made elsewhere."""
