"""How long the console's pages take, how many bytes they are, and how soon an open page shows a new handoff.

    make bench-console
    python -m bench.console [--open 500] [--memories 2000] [--rounds 100] [--coming 40] [--crowd 5000 --queues 500]

The pages are a queue of 500 handoffs, which is also listed over the API, a conversation of 2,000 memories, and a queue
that is open in Chromium. With `--crowd`, so many further open cases wait in so many queues; the pages are then also
those of somebody who works 100 queues and of an administrator, who sees all, and how far they move while they load is
measured. The program prints JSON lines; it runs on a stack of its own.
"""
