"""Light: the platform for one developer, in about 400 MB.

API and worker are one process with the launcher (docs/decisions/0026).
"""

from warmline_local.light.light_stack import LightStack

__all__ = ["LightStack"]
