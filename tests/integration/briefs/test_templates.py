"""Templates of tenants, over HTTP, the SDK and the command line."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Api, Command, TenantKey
from warmline import Warmline
from warmline.errors import InvalidRequest, NotFound
from warmline_memory import templates
from warmline_memory.briefs.templates import BUILT_IN
from warmline_memory.storage.database import Database

INCIDENT: dict[str, Any] = {"about": "An incident changes hands.", "sections": [{"name": "ask", "title": "Trouble"}]}


def test_the_built_in_templates_are_listed_and_marked(client: Warmline) -> None:
    found = client.templates.list()
    assert {one.name for one in found if one.built_in} == set(BUILT_IN)
    assert [one.name for one in found] == sorted(one.name for one in found)


def test_a_template_that_was_written_is_read_as_it_was(client: Warmline) -> None:
    written = client.templates.write("incident", **INCIDENT)
    assert client.templates.get("incident") == written
    assert (written.built_in, written.sections[0].title) == (False, "Trouble")


def test_writing_again_replaces(client: Warmline) -> None:
    client.templates.write("incident", **INCIDENT)
    client.templates.write("incident", **{**INCIDENT, "about": "Something else."})
    assert client.templates.get("incident").about == "Something else."


def test_a_tenants_own_stands_in_for_a_built_in_until_it_is_deleted(client: Warmline) -> None:
    client.templates.write("support", **INCIDENT)
    assert client.templates.get("support").sections[0].title == "Trouble"
    client.templates.delete("support")
    assert client.templates.get("support") == BUILT_IN["support"]


def test_a_built_in_cannot_be_deleted(client: Warmline) -> None:
    with pytest.raises(NotFound, match="built-in ones cannot be deleted"):
        client.templates.delete("support")


def test_an_unknown_template_is_not_found(client: Warmline) -> None:
    with pytest.raises(NotFound, match="no template nothing"):
        client.templates.get("nothing")


@pytest.mark.parametrize("wrong", [{"sections": []}, {"bar": 2}, {"kept_first": ["mood"]}, {"colour": "red"}])
def test_a_malformed_template_names_the_field(api: Api, wrong: dict[str, Any]) -> None:
    answer = api.http.put("/v1/templates/incident", json={**INCIDENT, **wrong})
    assert answer.status_code == 422
    assert next(iter(wrong)) in answer.json()["detail"]


def test_a_tenant_has_at_most_fifty(client: Warmline) -> None:
    for number in range(templates.MOST):
        client.templates.write(f"own-{number}", **INCIDENT)
    with pytest.raises(InvalidRequest, match="at most 50"):
        client.templates.write("one-more", **INCIDENT)
    client.templates.write("own-0", **{**INCIDENT, "bar": 0.1})


def test_another_tenant_does_not_see_it(
    client: Warmline, new_tenant: Callable[[], TenantKey], client_of: Callable[[TenantKey], Api]
) -> None:
    client.templates.write("incident", **INCIDENT)
    client.templates.write("support", **INCIDENT)
    stranger = client_of(new_tenant()).http
    assert stranger.get("/v1/templates/incident").status_code == 404
    assert stranger.get("/v1/templates/support").json()["sections"] != INCIDENT["sections"]


def test_all_that_a_tenant_can_use_has_its_own_in_front(
    api: Api, tenant: TenantKey, client: Warmline, database: Database
) -> None:
    client.templates.write("support", **INCIDENT)
    client.templates.write("incident", **INCIDENT)
    with database.transaction(tenant_id=tenant.tenant_id) as db:
        usable = templates.all_of(db)
    assert set(usable) == {*BUILT_IN, "incident"}
    assert (usable["support"].built_in, usable["support"].sections[0].title) == (False, "Trouble")


def test_a_file_is_checked_added_shown_and_deleted(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "incident.toml"
    file.write_text('about = "An incident."\n[[sections]]\nname = "ask"\ntitle = "Trouble"\n')
    assert command("template", "check", file)[0] == 0
    assert json.loads(command("template", "add", file, "--json")[1])["name"] == "incident"
    assert "Trouble" in command("template", "show", "incident")[1]
    assert "incident\tyour own\t1" in command("template", "list")[1]
    assert command("template", "delete", "incident")[0] == 0
    assert command("template", "show", "incident")[0] == 1
