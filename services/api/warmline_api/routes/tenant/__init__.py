"""A tenant's own affairs: its API keys, what it prefers, its audit, and what it used."""
