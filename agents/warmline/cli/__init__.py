"""The ``warmline`` command line.

``app`` puts the commands together; ``connection``, ``filters``, ``output`` and ``plugins`` are what they share. The
commands stand in packages by what they are about: ``memories``, ``handoffs``, ``staffing`` and ``tenants``.
"""

from warmline.cli.app import build_app, main

__all__ = ["build_app", "main"]
