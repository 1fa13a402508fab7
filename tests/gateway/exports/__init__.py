"""Exports, read again by the tools they are written for."""
