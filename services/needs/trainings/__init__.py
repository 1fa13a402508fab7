"""Who of each partner agency has been trained in commissioning, at which of four levels."""
