"""How much of what a receiver needs is in the briefs that the running platform writes, beside simple briefs.

    make bench-briefs CASES="star.jsonl sgd.jsonl" [HOPS=10] [SHOW=10]
    python -m bench.briefs CASES … [--hops 10] [--show 10 --to docs/briefs] [--limit N] [--clients 4]

Every case is a recorded conversation up to its handoff, with the answer key. It is played over HTTP, on a stack of the
benchmark's own, as its agents would have done. With --hops, conversations are joined to chains of that many hops, and
the score is what is left of them at the last hop. The last figures are the time that a brief of a long session takes.
The program prints JSON lines, and exits with 1 where a case failed.
"""
