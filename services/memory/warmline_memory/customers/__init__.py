"""Customers: who writes to a tenant, by what its channels call them, and whose namespace that is."""

from warmline_memory.customers.cases import Case, cases_of, in_a_sentence, in_lines
from warmline_memory.customers.customers import (
    forget,
    get,
    hold,
    language_of,
    list_page,
    lock,
    make,
    names_of,
    of_namespace,
    revise,
)

__all__ = [
    "Case",
    "cases_of",
    "forget",
    "get",
    "hold",
    "in_a_sentence",
    "in_lines",
    "language_of",
    "list_page",
    "lock",
    "make",
    "names_of",
    "of_namespace",
    "revise",
]
