"""Tests of assess and plan."""
