"""Two hosts, and the cable between them is pulled while they work: is anything lost, has any handoff two owners?

    make check-hosts
    python -m bench.hosts [--cuts 3] [--seconds 15]

Each host is a network namespace with an API and a worker; PostgreSQL and Redis are on the first one. On both, callers
keep memories, hand over and race for the same handoffs. The cable is cut for so many seconds, so many times. The
program prints a JSON report, and ends with 1 where an acknowledged memory or handoff is gone, a handoff has two owners,
or has not exactly one brief. It needs Linux, root and iproute2.
"""
