"""Metrics for Prometheus, and the dashboard and alert rules that are made of them."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from tests.builders.console import signed_in
from tests.builders.waits import eventually
from tests.conftest import Api, serve
from warmline_memory.settings import Settings

FOLDER = Path(__file__).parents[3] / "infra" / "monitoring"


def promtool(*words: str) -> str:
    program = shutil.which("promtool")
    assert program, "there is no promtool; `make programs` installs it"
    done = subprocess.run([program, *words], cwd=FOLDER, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def samples(text: str) -> set[str]:
    return {sample.name for family in text_string_to_metric_families(text) for sample in family.samples}


def queries() -> list[str]:
    panels = json.loads((FOLDER / "dashboard.json").read_text())["panels"]
    shown = [target["expr"] for panel in panels for target in panel["targets"]]
    return [*shown, (FOLDER / "alerts.yml").read_text()]


def test_requests_are_counted_by_route_and_never_by_what_a_path_holds(api: Api) -> None:
    api.http.get("/v1/handoffs/00000000-0000-7000-8000-000000000001")
    api.http.request("MADE-UP", "/dave@example.com")
    shown = api.http.get("/metrics").text
    assert 'route="/v1/handoffs/{handoff_id}",status="404"' in shown
    assert "dave@example.com" not in shown
    assert "MADE-UP" not in shown


def test_a_page_and_a_route_of_the_api_are_told_apart(api: Api) -> None:
    lead = signed_in(api, role="lead")
    lead.get("/handoffs/00000000-0000-7000-8000-000000000001")
    assert 'route="/console/handoffs/{handoff_id}",status="404"' in api.http.get("/metrics").text


@pytest.mark.usefixtures("worker")
def test_every_metric_of_the_dashboard_and_the_alerts_exists(api: Api) -> None:
    api.http.get("/v1/whoami")
    used = {name for query in queries() for name in re.findall(r"\bwarmline_\w+", query)}
    assert len(used) > 6
    # The worker says every few seconds how its jobs went.
    assert eventually(lambda: used - samples(api.http.get("/metrics").text), lambda missing: not missing) == set()


def test_metrics_are_shown_on_this_machine_alone_or_for_the_token(settings: Settings, api_url: str) -> None:
    assert httpx.get(f"{api_url}/metrics").status_code == 200
    assert httpx.get(f"{api_url}/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 404
    with serve(settings.model_copy(update={"metrics_token": SecretStr("t-1")})) as url:
        tokens = ({}, {"Authorization": "Bearer t-2"}, {"Authorization": "Bearer t-1"})
        assert [httpx.get(f"{url}/metrics", headers=one).status_code for one in tokens] == [404, 404, 200]


def test_processes_that_share_a_folder_add_up(tmp_path: Path) -> None:
    count = "from warmline_memory import metrics; metrics.requests.labels('GET', '/x', '200').inc()"
    show = "from warmline_memory import metrics; print(metrics.exposition().decode())"
    environment = {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    for code in (count, count):
        subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    shown = subprocess.run([sys.executable, "-c", show], env=environment, check=True, capture_output=True, text=True)
    assert 'warmline_http_requests_total{method="GET",route="/x",status="200"} 2.0' in shown.stdout


def test_the_names_of_the_metrics_are_good_ones(api: Api) -> None:
    program = shutil.which("promtool")
    assert program, "there is no promtool; `make programs` installs it"
    shown = api.http.get("/metrics").text
    ours = [line for line in shown.splitlines(keepends=True) if "warmline_" in line]
    done = subprocess.run(
        [program, "check", "metrics"], input="".join(ours), capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("words", [("check", "rules", "alerts.yml"), ("test", "rules", "alerts_test.yml")])
def test_alert_rules_hold(words: tuple[str, ...]) -> None:
    assert "SUCCESS" in promtool(*words)
