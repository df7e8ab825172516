"""What a hundred times more memories, namespaces and tenants cost.

    make bench-scale ROWS=1000000
    python -m bench.scale [--rows 1000000] [--queries 50]

A database has ROWS memories in up to 10,000 namespaces of 5,000 tenants, and one namespace has a tenth of them all;
small databases are there to compare with. Recall runs in this process as a whole (embedding, transaction, ranking), and
for some namespaces over HTTP. Then the largest namespace is indexed as the worker does it, and what recall finds
through the index is compared with what it found before, when it scanned everything. The program prints JSON lines.
"""
