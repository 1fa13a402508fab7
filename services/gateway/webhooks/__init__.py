"""Webhooks: an agency's log sent to an address of its own, one signed event after another."""
