"""Identity: what is asked of OpenID providers, and what is believed of their answers.

This is the one room of the API that sends requests of its own. They go to the providers that administrators name, over
connections to allowed addresses alone (``warmline_memory.guarded_network``), within a few seconds, and few at a time.
"""

from warmline_api.identity.providers import ProviderClient, Question, provider_line
from warmline_api.identity.tokens import ProviderFailed

__all__ = ["ProviderClient", "ProviderFailed", "Question", "provider_line"]
