"""Door 1: the HTTP API."""
