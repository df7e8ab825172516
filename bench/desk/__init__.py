"""Two operators and their customers at work in two real browsers, at random, for minutes.

    make bench-desk
    python -m bench.desk [--minutes 10] [--seed 1]

It counts what must not happen: words that somebody typed and that are gone, a state on an open page that is not true
any more for longer than two seconds, a customer's words that an open page of their case does not show in that time, and
a row that moves under a pointer. The program prints JSON lines; it runs on a stack of its own.
"""
