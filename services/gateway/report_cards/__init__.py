"""Report cards of contracts and providers, outcomes' curves, and scorecards: figures that cite."""
