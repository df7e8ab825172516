"""Door 2: Celery tasks."""
