"""The commands about the people who take handoffs over: queues, operators, rotas and shift changes."""

from warmline.cli.staffing import operators, queues, rotas, shifts

__all__ = ["operators", "queues", "rotas", "shifts"]
