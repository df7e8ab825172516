"""Which processes of the worker are at work. The table belongs to no tenant, and holds nothing of any."""

from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlalchemy.orm import Mapped, mapped_column

from warmline_memory.storage.tables.registry import NOTHING, Table


class Worker(Table):
    """A process of the worker: when it last said that it lives, and how its jobs went, by their names."""

    __tablename__ = "workers"

    name: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[str]
    started_at: Mapped[datetime] = mapped_column(server_default=func.now())
    seen_at: Mapped[datetime] = mapped_column(server_default=func.now())
    jobs: Mapped[dict[str, Any]] = mapped_column(server_default=NOTHING)
