"""Twelve minutes at 70 % load: do memory, connections, files or processes grow?

    make bench-soak
    python -m bench.soak [--minutes 12] [--load 0.7] [--clients 16]

Clients of mixed work find out how much the platform does at most. Then they ask for so much of it, evenly. After each
quarter of the time they rest for a moment, and what each part holds is looked at: API, worker and Redis each with all
processes that they started, and PostgreSQL's connections. The first half is the warm-up. What the platform keeps does
not grow meanwhile: the clients forget what they come back to. The program prints JSON lines, and ends with 1 where
memory grew by more than 3 % after the warm-up, or files, processes or connections at all, or a request had no answer.
"""
