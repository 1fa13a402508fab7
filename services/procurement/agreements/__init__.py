"""Framework agreements: which providers partners may call services off from, and until when."""
