"""Traces: one for a request and all that follows from it, in every process."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from tests.builders.collectors import a_collector
from tests.builders.handoffs import requested
from tests.builders.sessions import a_session
from tests.builders.waits import eventually
from tests.conftest import Api, make_tenant, serve, work
from warmline.local import Endpoint
from warmline.transport import Transport
from warmline_memory import tracing
from warmline_memory.settings import Settings
from warmline_memory.storage.database import Database

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
CALLER = {"traceparent": f"00-{TRACE}-{SPAN}-01"}
UNKNOWN = "00000000-0000-7000-8000-000000000001"
NO_REDIS = "redis://127.0.0.1:1/0"


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    """What this process traces."""
    exporter = InMemorySpanExporter()
    tracing.process_with(SimpleSpanProcessor(exporter), "tests")
    yield exporter
    tracing.stop()


def the_one(spans: InMemorySpanExporter) -> ReadableSpan:
    (span,) = eventually(spans.get_finished_spans)
    return span


def test_a_request_is_a_span_below_its_callers_own(api: Api, spans: InMemorySpanExporter) -> None:
    api.http.get(f"/v1/handoffs/{UNKNOWN}", headers=CALLER)
    span = the_one(spans)
    assert span.name == "GET /v1/handoffs/{handoff_id}"
    assert span.parent is not None
    assert (f"{span.parent.trace_id:032x}", f"{span.parent.span_id:016x}") == (TRACE, SPAN)
    assert dict(span.attributes or {})["http.response.status_code"] == 404


def test_a_span_holds_nothing_of_what_a_request_holds(api: Api, spans: InMemorySpanExporter) -> None:
    api.http.get("/v1/memories/dave@example.com", params={"q": "dave@example.com"})
    assert "dave" not in the_one(spans).to_json()


def test_a_traceparent_that_is_none_begins_a_trace_of_its_own(api: Api, spans: InMemorySpanExporter) -> None:
    assert api.http.get("/v1/whoami", headers={"traceparent": "00-zz-é".encode("latin-1")}).status_code == 200
    assert the_one(spans).parent is None


def test_questions_after_health_are_not_traced(api: Api, spans: InMemorySpanExporter) -> None:
    api.http.get("/health/live")
    api.http.get("/v1/whoami")
    assert the_one(spans).name == "GET /v1/whoami"


def test_the_sdk_names_the_span_within_which_it_is_called() -> None:
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(204)

    tracer = TracerProvider().get_tracer("an agent")
    http_client = httpx.Client(transport=httpx.MockTransport(answer))
    with http_client, closing(Transport(Endpoint("http://127.0.0.1:1", "wk-none"), http_client=http_client)) as client:
        client.delete(f"/v1/handoffs/{UNKNOWN}")
        with tracer.start_as_current_span("a turn"):
            client.delete(f"/v1/handoffs/{UNKNOWN}")
            inside = trace.get_current_span().get_span_context()
    assert "traceparent" not in sent[0].headers
    # What follows are flags: that the span is recorded, and newer ones.
    assert sent[1].headers["traceparent"].startswith(f"00-{inside.trace_id:032x}-{inside.span_id:016x}-0")


@pytest.mark.parametrize(
    ("code", "absent"),
    [
        ("import warmline; warmline.Warmline('http://127.0.0.1:1', 'wk').close()", "opentelemetry"),
        ("from warmline_api.app import create_app; create_app()", "opentelemetry.exporter"),
        ("import warmline_worker.app", "opentelemetry.exporter"),
    ],
)
def test_nothing_of_opentelemetry_is_imported_where_nothing_is_traced(code: str, absent: str) -> None:
    # redis-py imports the SDK by itself where that is installed; nobody but us imports the exporter.
    look = f"import sys; {code}; print('{absent}' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", look], check=True, capture_output=True, text=True)
    assert done.stdout.strip().endswith("False")


def test_a_brief_is_traced_below_its_request_even_where_the_sweep_found_it(apart: Settings, tmp_path: Path) -> None:
    with a_collector() as collector:
        traced = apart.model_copy(update={"traces_url": collector.url})
        # The API has no Redis, so that no nudge can have carried the trace to the worker.
        with serve(traced.model_copy(update={"redis_url": NO_REDIS})) as url:
            with closing(Database(apart)) as database:
                key = make_tenant(database).key
            with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {key}"}) as http:
                requested(caller := Api(url, key, http), a_session(caller))
            with work(traced, tmp_path / "worker.log"):
                eventually(lambda: collector.named("write brief"), seconds=60)
        (request,) = eventually(lambda: collector.named("POST /v1/handoffs"))
    (brief,) = collector.named("write brief")
    assert (request.service, brief.service) == ("warmline-api", "warmline-worker")
    assert (brief.trace_id, brief.parent_id) == (request.trace_id, request.span_id)
