"""The demonstration: two years of a made-up partnership, told through the public API alone."""
