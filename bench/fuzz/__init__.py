"""Sends every route of a stack what the OpenAPI document allows and what it does not, by Schemathesis.

python -m bench.fuzz --schemathesis PROGRAM
"""
