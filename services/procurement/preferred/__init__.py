"""Lists of preferred providers that neighbouring partnerships share, need by need."""
