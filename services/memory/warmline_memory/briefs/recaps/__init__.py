"""Recaps: what a customer is told of their brief before people take over, and what their answer makes of it. Pure."""

from warmline_memory.briefs.recaps.answered import is_correction, with_answer
from warmline_memory.briefs.recaps.answers import Answer, answer_of
from warmline_memory.briefs.recaps.dialogues import RECAP, answers, without
from warmline_memory.briefs.recaps.telling import asked, said_of_customer, told

__all__ = [
    "RECAP",
    "Answer",
    "answer_of",
    "answers",
    "asked",
    "is_correction",
    "said_of_customer",
    "told",
    "with_answer",
    "without",
]
