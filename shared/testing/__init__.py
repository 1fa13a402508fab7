"""What tests of every service lean on.

Law: production never imports it.
"""
