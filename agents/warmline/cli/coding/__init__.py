"""The commands for coding agents: capture a transcript, hand off here, resume, and install hooks."""
