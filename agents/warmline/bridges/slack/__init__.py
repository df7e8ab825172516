"""Slack as a desk: cases for people become threads, taken and worked by buttons. ``warmline bridge slack`` runs it."""

from warmline.bridges.slack.checking import check
from warmline.bridges.slack.running import made, run
from warmline.bridges.slack.settings import SlackSettings, read_settings

__all__ = ["SlackSettings", "check", "made", "read_settings", "run"]
