"""Channels: what a customer writes reaches their case whatever its state, and what a person answers reaches them."""

from warmline_memory.channels.bringing import note as note_with_attachments
from warmline_memory.channels.by_customer import receive as receive_from_customer
from warmline_memory.channels.correcting import NOT_OUT, WITHDRAWAL, correct, corrections_of, withdraw
from warmline_memory.channels.inbound import give_back, receive
from warmline_memory.channels.landing import check_case
from warmline_memory.channels.outbound import note_checked, replies_among, reply_of, report, say, sound
from warmline_memory.channels.ratings import ask as ask_rating
from warmline_memory.channels.recaps import confirm_draft, send as send_recap

__all__ = [
    "NOT_OUT",
    "WITHDRAWAL",
    "ask_rating",
    "check_case",
    "confirm_draft",
    "correct",
    "corrections_of",
    "give_back",
    "note_checked",
    "note_with_attachments",
    "receive",
    "receive_from_customer",
    "replies_among",
    "reply_of",
    "report",
    "say",
    "send_recap",
    "sound",
    "withdraw",
]
