"""How much processor time each kind of request takes, of the API, of PostgreSQL and of the worker.

    python -m bench.sizing [--conversations 40]

One client sends one request after the other: it starts so many sessions, keeps six messages of a sentence in each,
recalls and lists as often, hands each over to people and waits for the brief, and forgets all of it. What is counted is
the processor time of the processes and not how long anybody waits, so a machine that does other work hardly changes it.
Printed is a JSON line for each kind of request: milliseconds of a core of each part, and how many of it a second one
core does for all three together. What a platform at rest takes is taken off.
"""
