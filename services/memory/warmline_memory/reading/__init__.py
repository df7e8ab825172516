"""Reading a conversation: asks, facts, promises, mood, what is settled and what stands. Pure.

This room is a library of small modules, which ``briefs`` imports one by one.
"""
