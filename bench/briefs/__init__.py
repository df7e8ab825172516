"""How much of what a receiver needs is in the briefs that the running platform writes, beside simple briefs.

    make bench-briefs CASES="star.jsonl expect.jsonl" [SHOW=10]
    python -m bench.briefs CASES … [--show 10 --to docs/briefs] [--limit N] [--clients 4]

Every case is a recorded conversation up to its handoff, with an answer key, or with what a brief of it must and must
not say. It is played over HTTP, on a stack of the benchmark's own, as its agents would have done. The last figures are
the time that a brief of a long session takes. The program prints JSON lines, and exits with 1 where a case failed.

``bench.briefs.offline`` writes the same briefs without a stack, ``bench.briefs.chains`` those of ten hops, and
``bench.briefs.writing`` those of texts made to be slow.
"""
