"""Whether what a customer writes at any moment of a case's life is lost, and how soon whom it concerns sees it.

    python -m bench.bridges.moments [--conversations 5] [--seed 1]

Customers write in a Chatwoot that is played, three messages in one breath, which Chatwoot tells in no order: before
there is a case, while a handoff is requested, waits, is claimed, accepted, set aside, transferred, resolved, and after
the case was forgotten. `--conversations` is how many there are of each. Seen is what the platform's stream of events
has told: of that the consoles and the programs of agents live. It prints a JSON line, and runs on a stack of its own.
"""
