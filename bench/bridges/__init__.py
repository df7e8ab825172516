"""Whether a bridge that is killed at random loses nothing and doubles nothing, and how soon it acknowledges.

    python -m bench.bridges [--conversations 500] [--seed 1]

Customers write in a Chatwoot that is played, which does what Chatwoot's source says; a bot answers, hands over to
people where it is asked to, and a person answers them in Chatwoot. Meanwhile the bridge is killed with SIGKILL and
started again: at a random moment after it has answered, so that a slow machine gets as much done between two kills, and
now and then while it starts. At the end everything that was said on one side must stand once on the other. It prints a
JSON line, and runs on a stack of its own.
"""
