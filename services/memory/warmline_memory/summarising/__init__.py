"""Summarising: who writes briefs. Rules do, or rules with the help of a language model whose every line is checked.

Importing this package loads no client. ``openai`` is loaded where an endpoint is set.
"""

from importlib import import_module
from typing import cast

from warmline_memory.errors import SetupError
from warmline_memory.settings import Settings
from warmline_memory.summarising.assignments import Assignment, Stopped, Unwanted, load_models, write
from warmline_memory.summarising.extractive import Extractive
from warmline_memory.summarising.summariser import Summariser

__all__ = ["Assignment", "Extractive", "Stopped", "Summariser", "Unwanted", "load_models", "open_summariser", "write"]

CLIENT = "openai"


def open_summariser(settings: Settings) -> Summariser:
    """Open what writes briefs for the tenants that prefer a language model: rules alone where no endpoint is set.

    Raises ``SetupError`` where the client of an endpoint is not installed, or its settings do not go together.
    """
    if not settings.llm_url:
        return Extractive()
    try:
        module = import_module("warmline_memory.summarising.openai_compatible")
    except ModuleNotFoundError as error:
        if error.name != CLIENT:
            raise
        raise SetupError(
            what="WARMLINE_LLM_URL is set, and the package openai is not installed.",
            fix="Install it with `pip install 'warmline[llm]'`, or unset WARMLINE_LLM_URL.",
        ) from error
    return cast(Summariser, module.OpenAiCompatible(settings))
