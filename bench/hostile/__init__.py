"""One hostile and one honest tenant on one stack: what the honest one notices of each attack.

python -m bench.hostile
"""
