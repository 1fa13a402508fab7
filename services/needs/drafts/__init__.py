"""Draft strategies that aligned partnerships send in, and the issues found among them."""
