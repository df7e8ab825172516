"""The commands about the people who take handoffs over: queues, operators, rotas,
shift changes and saved replies."""

from warmline.cli.staffing import operators, queues, rotas, saved_replies, shifts

__all__ = ["operators", "queues", "rotas", "saved_replies", "shifts"]
