"""Whether secrets stay hidden, and harmless words stay shown.

python -m bench.secrets
"""
