"""The whole platform on one machine: embedded PostgreSQL and Redis, API and worker, started and stopped as one."""
