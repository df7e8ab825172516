"""64 clients of mixed work, and then 256: does a platform that is asked for too much do as much as it can, say so, and
recover?

    make bench-clients
    python -m bench.clients [--seconds 20] [--clients 64 256]

Clients hold conversations: a session, memories, recalls and lists, a handoff; a namespace that they come back to is
forgotten first. A lone client works first, then the clients, and a lone one again. The program prints JSON lines, and
ends with 1 where anything but a refusal with a Retry-After came instead of an answer, where the most clients get less
than .8 of the best throughput, or where the lone client needs more than ten seconds until its requests take at most
twice as long as before.
"""
