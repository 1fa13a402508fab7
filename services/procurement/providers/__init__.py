"""Providers: who may be chosen, what standards they hold, and whether they are suspended."""
