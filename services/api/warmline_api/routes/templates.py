"""Templates: list, get, delete, write."""

from typing import Annotated

from fastapi import Path, Response

from warmline_api.answers import Answer, Routes
from warmline_api.callers import Editor, Reader
from warmline_api.queries import Cursor, Limit
from warmline_memory import templates
from warmline_schemas.templates import Template, TemplateName, WriteTemplate
from warmline_schemas.wire import Page

router = Routes(prefix="/templates", tags=["templates"])

Named = Annotated[TemplateName, Path(description="The template's name.")]


@router.get("")
def list_templates(caller: Reader, limit: Limit = 50, cursor: Cursor = None) -> Page[Template]:
    """The templates that your tenant can use, by name: built-in ones and its own."""
    with caller.transaction() as db:
        return templates.list_page(db, limit=limit, cursor=cursor)


@router.get("/{name}")
def get_template(name: Named, caller: Reader) -> Answer[Template]:
    """One template."""
    with caller.transaction() as db:
        found = templates.read(db, name)
    return Answer.versioned(found)


@router.delete("/{name}", status_code=204)
def delete_template(name: Named, caller: Editor) -> Response:
    """Delete a template of your own. Where it stood in for a built-in one, that holds again; built-in ones stay."""
    with caller.editing(lambda db: templates.read(db, name)) as db:
        templates.delete(db, name)
    return Response(status_code=204)


@router.put("/{name}")
def write_template(name: Named, ask: WriteTemplate, caller: Editor) -> Answer[Template]:
    """Add a template, or replace your own of that name; a built-in one of that name is replaced for your tenant alone.

    Briefs that are written already stay as they are.
    """
    with caller.editing(lambda db: templates.read(db, name)) as db:
        made = templates.write(db, name, ask)

    return Answer.versioned(made)
