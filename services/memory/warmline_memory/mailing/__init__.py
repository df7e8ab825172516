"""Mailing: operators who are not looking are told by e-mail of what waits, is late or is offered, and who names them.

What is told is found in the events, which are written anyway, so that nothing that a customer or an agent waits for
takes longer for it. ``noticing`` makes notices of events, ``letters`` what is due of one operator into one e-mail,
``writing`` its words, and ``mailer`` sends it.
"""

from warmline_memory.mailing.letters import Letter, due, note_refused, note_sent, put_back, take
from warmline_memory.mailing.mailer import Mailer
from warmline_memory.mailing.noticing import look_through, tenants

__all__ = ["Letter", "Mailer", "due", "look_through", "note_refused", "note_sent", "put_back", "take", "tenants"]
