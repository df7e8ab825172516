"""Traces: what a request led to, in all processes, as spans of OpenTelemetry for whoever collects them.

A span names routes, states and ids, never what anybody said. Nothing of OpenTelemetry is imported before ``start``.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from warmline_memory.errors import SetupError

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import SpanProcessor, TracerProvider

# Set once, when the process starts: a span may begin anywhere, as a line of the log may.
_provider: "TracerProvider | None" = None


@dataclass
class Work:
    """What a span says: its name, and its attributes as OpenTelemetry names them. It may be changed until it ends."""

    name: str
    attributes: dict[str, str | int] = field(default_factory=dict)
    failed: bool = False
    trace_id: str = ""
    """32 hexadecimal digits; empty where nothing is traced."""


def start(service: str, url: str) -> None:
    """Send this process's spans to a collector by OTLP over HTTP; nothing where there is no URL. Raises ``SetupError``
    where OpenTelemetry is not installed.

    Further headers, certificates and the share that is sampled are set by OpenTelemetry's own variables, ``OTEL_*``.
    """
    if not url:
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise SetupError(
            what="WARMLINE_TRACES_URL is set, and OpenTelemetry is not installed.",
            fix="Run `pip install 'warmline[telemetry]'`.",
        ) from error
    # It drops what does not fit into its queue, so that a collector that is away costs no request anything.
    process_with(BatchSpanProcessor(OTLPSpanExporter(endpoint=url)), service)


def process_with(processor: "SpanProcessor", service: str) -> None:
    """Give this process's spans, those of the named service, to a processor until ``stop``."""
    from opentelemetry.sdk.resources import SERVICE_NAME, Resource
    from opentelemetry.sdk.trace import TracerProvider

    global _provider  # noqa: PLW0603 (there is one for the process)
    _provider = TracerProvider(resource=Resource.create({SERVICE_NAME: service}))
    _provider.add_span_processor(processor)


def stop() -> None:
    """Send what is left, and trace nothing more."""
    global _provider
    provider, _provider = _provider, None
    if provider is not None:
        provider.shutdown()


@contextmanager
def span(
    name: str, *, parent: str | None, kind: Literal["INTERNAL", "SERVER", "CONSUMER"] = "INTERNAL"
) -> Iterator[Work]:
    """Trace the block as a span below ``parent``, the ``traceparent`` of another one; as a trace's first without it."""
    work, provider = Work(name), _provider
    if provider is None:
        yield work
        return
    from opentelemetry.context import Context
    from opentelemetry.trace import SpanKind, StatusCode
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    above = TraceContextTextMapPropagator().extract({"traceparent": parent or ""}, Context())
    # What is raised is not recorded: the text of a library's error can hold contents.
    with provider.get_tracer("warmline").start_as_current_span(
        name, above, SpanKind[kind], record_exception=False, set_status_on_exception=False
    ) as current:
        work.trace_id = f"{current.get_span_context().trace_id:032x}"
        try:
            yield work
        except BaseException:
            work.failed = True
            raise
        finally:
            current.update_name(work.name)
            current.set_attributes(work.attributes)
            if work.failed:
                current.set_status(StatusCode.ERROR)


def traceparent() -> str | None:
    """The current span as W3C's Trace Context writes it, 55 characters; None where nothing is traced."""
    if _provider is None:
        return None
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    carrier: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(carrier)
    return carrier.get("traceparent")
