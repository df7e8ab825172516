"""The console: pages for the people who work handoffs, written on the server, mounted at ``/console``."""
