"""Accounts: how far their verification can be trusted, measured with planted lies."""
