"""Whether a transcript is stored once, message for message, although the API is killed while it is sent.

    make bench-messages
    python -m bench.messages [--messages 10000] [--batch 100]

The program sends the transcript in batches over the SDK, which tries again by itself; kills the API twice in the midst
of a request; sends all of it once more, cut into other batches; and counts what is stored. It prints a JSON line, and
runs on a stack of its own.
"""
