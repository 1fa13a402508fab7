"""Specifications: what a service must achieve, and how that is measured."""
