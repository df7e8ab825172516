"""The whole platform on one machine: embedded PostgreSQL and Redis, API and worker, started and stopped as one.

``servers`` runs programs, ``stack`` makes a platform of them, ``sample`` fills one, and ``commands`` are what
``warmline`` hands over to this package.
"""
