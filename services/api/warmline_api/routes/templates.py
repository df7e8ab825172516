"""Templates: list, get, delete, write."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from warmline_api.callers import Reader
from warmline_memory import templates
from warmline_schemas.templates import Template, TemplateName, Templates, WriteTemplate

router = APIRouter(prefix="/templates", tags=["templates"])

Named = Annotated[TemplateName, Path(description="The template's name.")]


@router.get("")
def list_templates(caller: Reader) -> Templates:
    """Every template that your tenant can use, by name: built-in ones and its own."""
    with caller.transaction() as db:
        return templates.list_all(db)


@router.get("/{name}")
def get_template(name: Named, caller: Reader) -> Template:
    """One template."""
    with caller.transaction() as db:
        return templates.read(db, name)


@router.delete("/{name}", status_code=204)
def delete_template(name: Named, caller: Reader) -> Response:
    """Delete a template of your own. Where it stood in for a built-in one, that holds again; built-in ones stay."""
    with caller.transaction() as db:
        templates.delete(db, name)
    return Response(status_code=204)


@router.put("/{name}")
def write_template(name: Named, ask: WriteTemplate, caller: Reader) -> Template:
    """Add a template, or replace your own of that name; a built-in one of that name is replaced for your tenant alone.

    Briefs that are written already stay as they are.
    """
    with caller.transaction() as db:
        return templates.write(db, name, ask)
