"""How long a handoff takes over HTTP, on a stack of its own: from the request to the brief, and the warm start.

    make bench
    python -m bench.handoffs [--rounds 50] [--memories 100] [--distractors 0]

The program prints a JSON line for each, and one for the memory that the API process takes.
"""
