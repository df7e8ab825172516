"""The line in front of the API: how many requests one process should work on at once.

python -m bench.limits
"""
