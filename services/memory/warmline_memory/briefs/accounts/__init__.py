"""Accounts: what agents and models say of the work, read, checked against the record, and told."""
