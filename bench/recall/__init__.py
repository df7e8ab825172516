"""How much of what a question needs is among the memories that the running API recalls, beside plain rankings.

    make bench-recall DATA=locomo.json
    python -m bench.recall [DATA] [--identifiers 500] [--memories 20000]

DATA holds long conversations in LoCoMo's form. Each becomes a namespace, with a session for each sitting and a memory
for each turn. A question's recall at k is the share of its evidence among the first k. A second part has memories that
each name another identifier, and asks for some of them inside a sentence. The program prints JSON lines; it runs on a
stack of its own, with the default settings.
"""
