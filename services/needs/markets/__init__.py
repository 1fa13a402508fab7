"""The market for services: supply, demand, skills, gaps, and what is done to develop it."""
