"""The wire: every shape that crosses HTTP, and nothing else.

Requests are verbs (``StartSession``), answers are nouns (``Session``).
"""
