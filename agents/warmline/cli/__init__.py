"""The ``warmline`` command line.

``app`` puts the commands together. ``connection``, ``files``, ``options``, ``output`` and ``plugins`` are what they
share. The commands are grouped by what they are about: ``memories``, ``handoffs``, ``staffing`` and ``tenants``.
"""

from warmline.cli.app import build_app, main

__all__ = ["build_app", "main"]
