"""Reading: what a person learns from a brief alone, marked against the conversation afterwards.

    python -m bench.reading draw BRIEFS.jsonl … --count 40 --salt 2026-06 --form form.md --sheet sheet.jsonl
    python -m bench.reading compare sheet.jsonl --cases CASES.jsonl … > compare.md
    python -m bench.reading shares sheet.jsonl

Briefs are drawn by the hash of their ids, so nobody chooses them. ``README.md`` beside this file is for the reader.
"""
