"""Chatwoot as a desk: its webhooks in, its API out. ``warmline bridge chatwoot`` runs the bridge to it."""

from warmline.bridges.chatwoot.calls import Chatwoot
from warmline.bridges.chatwoot.checking import check
from warmline.bridges.chatwoot.running import made, run
from warmline.bridges.chatwoot.settings import ChatwootSettings, read_settings

__all__ = ["Chatwoot", "ChatwootSettings", "check", "made", "read_settings", "run"]
