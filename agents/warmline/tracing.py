"""The caller's own trace, where it has one: its agent's spans and the platform's are then one trace."""

import sys


def trace() -> dict[str, str]:
    """The headers of W3C's Trace Context that name the current span of OpenTelemetry; none where there is no span."""
    # Who has a span has imported this. Others pay nothing, and need not have it installed.
    if "opentelemetry.trace" not in sys.modules:
        return {}
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    headers: dict[str, str] = {}
    # Only this propagator, whatever the program has set up: baggage may hold what is no affair of the platform.
    TraceContextTextMapPropagator().inject(headers)
    return headers
