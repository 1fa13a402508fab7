"""Signing in while developing: demo persons for browsers, client credentials for machines."""
