"""What the files of a deployment promise: read as they are, and the chart rendered where Helm is installed."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[3]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE = yaml.safe_load((ROOT / "infra/compose/compose.yaml").read_text())
CHART = ROOT / "infra/helm/warmline"
EXAMPLES = [None, "large.yaml", "small.yaml"]
HELM = os.environ.get("HELM") or shutil.which("helm")
OURS = ("migrate", "api", "worker")


def test_the_image_runs_as_a_number_that_is_not_root_and_says_whether_it_is_well() -> None:
    last = DOCKERFILE.split("\nFROM ")[-1]
    assert re.search(r"^USER 10001:10001$", last, re.M)
    assert "HEALTHCHECK" in last
    assert 'ENTRYPOINT ["warmline"]' in last
    assert "pip install" not in last
    assert "apt" not in last


def test_every_package_of_the_image_is_pinned_and_has_a_hash() -> None:
    for name in ("server.txt", "build.txt"):
        lines = (ROOT / "infra/image" / name).read_text().replace("\\\n", " ").splitlines()
        packages = [line for line in lines if line.strip() and not line.startswith("#")]
        assert len(packages) >= 5
        assert [line for line in packages if "==" not in line or "--hash=sha256:" not in line] == []
    assert DOCKERFILE.count("--require-hashes") == 2


def test_the_lock_has_the_versions_that_are_tested() -> None:
    tested = dict(line.split("==") for line in (ROOT / "constraints.txt").read_text().split() if "==" in line)
    locked = dict(re.findall(r"^([\w.-]+)==([^\s;]+)", (ROOT / "infra/image/server.txt").read_text(), re.M))
    assert {name: version for name, version in locked.items() if tested.get(name.lower(), version) != version} == {}


def test_the_lock_has_every_package_that_the_server_needs() -> None:
    program = ROOT / "infra/image/prune.py"
    ask = "import prune; print(*prune.needed('warmline', frozenset({'', 'server'}), set()))"
    asked = subprocess.run([sys.executable, "-c", ask], cwd=program.parent, check=True, capture_output=True, text=True)
    locked = set(re.findall(r"^([\w.-]+)==", (ROOT / "infra/image/server.txt").read_text(), re.M))
    assert set(asked.stdout.split()) - locked == {"warmline"}


def test_the_notice_names_every_package_with_a_known_licence() -> None:
    notice = (ROOT / "NOTICE").read_text()
    assert "UNKNOWN" not in notice
    assert len(re.findall(r"^[\w.-]+ \S+: \S", notice, re.M)) > 60


@pytest.mark.parametrize("name", OURS)
def test_a_service_of_the_compose_file_has_nothing_that_it_does_not_need(name: str) -> None:
    service = COMPOSE["services"][name]
    assert service["read_only"] is True
    assert service["user"] == "10001:10001"
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory"}
    assert not [key for key in service["environment"] if "PASSWORD" in key or key.endswith("_URL")]
    assert ("warmline_migration_database_url" in service["secrets"]) == (name == "migrate")


def test_the_compose_file_opens_one_port_on_loopback_alone() -> None:
    ports = {name: service["ports"] for name, service in COMPOSE["services"].items() if "ports" in service}
    assert ports == {"api": ["127.0.0.1:8420:8420"]}
    assert COMPOSE["networks"]["inside"] == {"internal": True}


def test_a_worker_is_well_as_long_as_it_beats() -> None:
    check = COMPOSE["services"]["worker"]["healthcheck"]
    template = (CHART / "templates/worker.yaml").read_text()
    assert check["test"] == ["CMD", "warmline", "alive"]
    assert template.count("Probe: {exec: {command: [warmline, alive]}") == 2


def rendered(example: str | None, *more: str) -> list[dict[str, Any]]:
    assert HELM
    values = ["--values", str(ROOT / "infra/helm/examples" / example)] if example else []
    command = [HELM, "template", "wl", str(CHART), *values, *more]
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [one for one in yaml.safe_load_all(out) if one]


def pods(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one["spec"]["template"]["spec"] for one in found if one["kind"] in {"Deployment", "Job"}]


with_helm = pytest.mark.skipif(HELM is None, reason="Helm is not installed; `make check-deploy` brings it")


@with_helm
@pytest.mark.parametrize("example", EXAMPLES)
def test_every_pod_of_the_chart_is_confined_and_has_limits(example: str | None) -> None:
    found = pods(rendered(example))
    assert len(found) == 3
    for pod in found:
        [container] = pod["containers"]
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["automountServiceAccountToken"] is False
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert container["resources"]["limits"]["memory"]
        assert not [one for one in container["env"] if "PASSWORD" in one["name"] or one["name"].endswith("_URL")]


@with_helm
def test_the_owners_address_is_mounted_into_the_migration_alone_and_runs_before_the_pods() -> None:
    found = rendered(None)
    holders = [one for one in found if "migration_database_url" in yaml.dump(one)]
    assert [one["kind"] for one in holders] == ["Job"]
    assert holders[0]["metadata"]["annotations"]["helm.sh/hook"] == "pre-install,pre-upgrade"


@with_helm
def test_api_and_worker_have_probes_budgets_and_policies() -> None:
    found = rendered(None)
    by_kind = {kind: [one for one in found if one["kind"] == kind] for kind in {one["kind"] for one in found}}
    for deployment in by_kind["Deployment"]:
        [container] = deployment["spec"]["template"]["spec"]["containers"]
        assert {"startupProbe", "livenessProbe"} <= set(container)
        assert deployment["spec"]["replicas"] >= 2
        selector = deployment["spec"]["selector"]
        assert any(one["spec"]["selector"] == selector for one in by_kind["PodDisruptionBudget"])
        assert any(one["spec"]["podSelector"] == selector for one in by_kind["NetworkPolicy"])


@with_helm
def test_a_replica_is_reached_by_the_api_alone_and_only_where_there_is_one() -> None:
    def that_reach_it(example: str | None) -> list[str]:
        policies = [one for one in rendered(example) if one["kind"] == "NetworkPolicy"]
        return [one["metadata"]["name"] for one in policies if "10.9.0.0/16" in yaml.dump(one["spec"]["egress"])]

    assert that_reach_it("large.yaml") == ["wl-api"]
    assert that_reach_it(None) == []


@with_helm
@pytest.mark.parametrize(
    ("example", "kind"), [("large.yaml", "ScaledObject"), ("small.yaml", "HorizontalPodAutoscaler")]
)
def test_workers_scale_by_the_handoffs_that_wait(example: str, kind: str) -> None:
    found = rendered(example)
    [scaler] = [one for one in found if one["kind"] == kind and one["metadata"]["name"] == "wl-worker"]
    assert "handoffs" in yaml.dump(scaler)
    [worker] = [one for one in found if one["kind"] == "Deployment" and one["metadata"]["name"] == "wl-worker"]
    assert "replicas" not in worker["spec"]


@with_helm
def test_an_image_with_a_digest_is_named_by_it() -> None:
    images = {pod["containers"][0]["image"] for pod in pods(rendered("large.yaml"))}
    assert all("@sha256:" in image for image in images)
