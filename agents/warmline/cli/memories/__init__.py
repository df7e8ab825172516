"""The commands about memories: remember and recall them, consolidate near-duplicates, and export, import or forget a
namespace.
"""

from warmline.cli.memories import consolidations, namespaces, recalling, remembering

__all__ = ["consolidations", "namespaces", "recalling", "remembering"]
