"""How fast memories are kept and recalled over HTTP, beside the floor and beside other stores.

    make bench-speed
    python -m bench.speed [--rounds 10] [--calls 20]

All systems use the same embedding model and the same durable PostgreSQL. They take turns in rounds, so that what else
the machine does slows them all alike. The floor embeds and runs one SQL statement in this process; Warmline is the SDK
against the API as `warmline up` starts it; the other stores are libraries, each in a process of its own
(``bench.rivals``). The program prints JSON lines.
"""
