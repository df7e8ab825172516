"""Customers: who writes to a tenant, by what its channels call them, and whose namespace that is."""

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
    "forget",
    "get",
    "hold",
    "language_of",
    "list_page",
    "lock",
    "make",
    "names_of",
    "of_namespace",
    "revise",
]
