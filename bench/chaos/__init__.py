"""A platform whose parts are killed, stopped and cut off while clients work: is every acknowledged write there, once?

    make bench-chaos
    python -m bench.chaos [--handoffs 1000] [--memories 20000] [--clients 16] [--every 4] [--clock]

PostgreSQL, Redis, API and worker run as `warmline up` runs them, and are started again by it. Every few seconds one of
them is killed, stands still for a while, or loses its connections; with --clock (which takes libfaketime) the clock of
all of them jumps, too, by a minute to a day. Clients keep memories and hand over meanwhile, and
ask again with the same Idempotency-Key where there was no answer. Then it is calm, and within 60 seconds all handoffs
must be ready. The program prints one line of JSON, and ends with 1 where anything acknowledged is missing or there
twice, a handoff is not ready or has not exactly one brief, or a process is left behind.
"""
