"""How much the SDK adds to a call, what 500 calls at once leave behind, and what an outbox keeps of 10,000 memories
while the API is killed twice.

    python -m bench.sdk [--calls 400] [--memories 10000]
"""
