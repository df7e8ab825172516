"""Programs that measure Warmline. Each folder is one, and says in its docstring what it measures and how to run it.

What several programs use is here: a platform of their own (``stacks``), timing, texts (``sentences``), and how figures
are printed. ``plots`` draws what the programs printed:

    .venv/bench/bin/python -m bench.plots LINES.jsonl ... --to docs/plots
"""
