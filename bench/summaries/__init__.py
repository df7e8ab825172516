"""How many of a language model's lines pass the checks: honest lines, and invented ones, on recorded conversations.

    make bench-summaries CASES="a.jsonl b.jsonl" [EVERY=10]
    python -m bench.summaries CASES … [--every 10]

A scripted endpoint on the loopback interface answers in the model's place; everything else, from prompt to brief, is
what the platform runs. JSON lines go to stdout, a table to stderr. The program exits with 1 where an invented line
passed.
"""
