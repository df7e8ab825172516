"""A whole namespace at once: export, import, and forgetting, exactly and with everything that was derived."""

from warmline_memory.namespaces.exporting import export as export_namespace, header as export_header
from warmline_memory.namespaces.forgetting import forget_matching, forget_namespace, forget_one
from warmline_memory.namespaces.importing import BATCH, Import
from warmline_memory.namespaces.retaining import RETAINED
from warmline_memory.namespaces.surveying import holdings, survey

__all__ = [
    "BATCH",
    "RETAINED",
    "Import",
    "export_header",
    "export_namespace",
    "forget_matching",
    "forget_namespace",
    "forget_one",
    "holdings",
    "survey",
]
