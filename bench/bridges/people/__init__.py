"""Whether two ever speak to a customer at once where people answer from three places, and everything is there once.

    python -m bench.bridges.people [--conversations 200] [--seed 1]

Customers write in a Chatwoot that is played. Two bots answer, of which one hands over to the other one, and both to
people. Ten people take over and reply at random: in Chatwoot, in Slack, which is played too, and on the pages of the
console; some cases two want at once. Chatwoot and Slack tell everything more than once, and people press buttons twice.
Some cases are given back to the bots, the others resolved. It prints a JSON line, and runs on a stack of its own.
"""
