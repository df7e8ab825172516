"""Attachments: files that customers and our side send each other. They are kept in the database, recognised by their
bytes, checked by a scanner where there is one, and forgotten with the memories that tell of them.
"""

from warmline_memory.attachments.checking import (
    ToCheck,
    ask_again,
    checked,
    due,
    give_up_checking,
    take as take_to_check,
)
from warmline_memory.attachments.keeping import (
    bring,
    get,
    list_page,
    of_memories,
    piece,
    reference,
    told,
    upload,
)
from warmline_memory.attachments.recognising import Recognised, recognised, taken

__all__ = [
    "Recognised",
    "ToCheck",
    "ask_again",
    "bring",
    "checked",
    "due",
    "get",
    "give_up_checking",
    "list_page",
    "of_memories",
    "piece",
    "recognised",
    "reference",
    "take_to_check",
    "taken",
    "told",
    "upload",
]
