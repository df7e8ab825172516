"""Backups: the whole database in one file, with what must be in it when it has been restored."""

from warmline_local.backups.backing_up import back_up
from warmline_local.backups.files import BackupFile, Manifest
from warmline_local.backups.restoring import check_keys, restore

__all__ = ["BackupFile", "Manifest", "back_up", "check_keys", "restore"]
