"""Payment runs: many contracts of a fund paid at once, prepared by one, approved by another."""
