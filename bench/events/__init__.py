"""How long an event takes from its commit to an open stream, and to a webhook.

    make bench-events
    python -m bench.events [--rounds 200] [--streams 20]

The program prints a JSON line for each; it runs on a stack of its own.
"""
