"""The yearly cycle: where each piece of work stands among its nine stages."""
