"""Templates: what briefs look like. Some come with the platform, and a tenant can write others."""

from collections.abc import Mapping

from sqlalchemy import delete as delete_rows, func, select
from sqlalchemy.dialects.postgresql import insert

from warmline_memory import tenancy
from warmline_memory.briefs.templates import BUILT_IN
from warmline_memory.errors import NoOwnTemplate, NotFound, TooManyTemplates
from warmline_memory.storage import tables
from warmline_memory.storage.pages import cut
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.templates import Template, WriteTemplate
from warmline_schemas.wire import Page

MOST = 50
"""A tenant has at most this many templates of its own: all of them are read and compared for every brief."""


def all_of(db: Transaction) -> Mapping[str, Template]:
    """Every template that the tenant can use, by name; one of its own takes the place of a built-in of that name."""
    own = {row.name: _shown(row) for row in db.scalars(select(tables.Template).order_by(tables.Template.name))}
    return {**BUILT_IN, **own}


def list_page(db: Transaction, *, limit: int, cursor: str | None = None) -> Page[Template]:
    """The templates that the tenant can use, by name. Raises ``InvalidCursor``."""
    found = all_of(db)
    return cut([found[name] for name in sorted(found)], lambda one: one.name, limit=limit, cursor=cursor)


def find(db: Transaction, name: str) -> Template | None:
    """One template, or None where the tenant has none of that name."""
    own = db.scalars(select(tables.Template).where(tables.Template.name == name)).one_or_none()
    return BUILT_IN.get(name) if own is None else _shown(own)


def read(db: Transaction, name: str) -> Template:
    """One template. Raises ``NotFound``."""
    template = find(db, name)
    if template is None:
        raise NotFound(noun="template", id=name)
    return template


def write(db: Transaction, name: str, ask: WriteTemplate) -> Template:
    """Add a template of the tenant's own, or replace it. Briefs that are written already stay as they are.

    Raises ``TooManyTemplates``.
    """
    row = tables.Template
    written = {"written": ask.model_dump(mode="json", exclude_unset=True), "written_at": func.now()}
    # The one that is replaced is not counted. Two additions at once may pass the limit by one, which does no harm.
    others = db.scalars(select(func.count()).select_from(row).where(row.name != name)).one()
    if others >= MOST:
        raise TooManyTemplates(most=MOST)
    db.execute(
        insert(row)
        .values(name=name, **written)
        .on_conflict_do_update(index_elements=[row.tenant_id, row.name], set_=written)
    )
    tenancy.record_audit(db, "write-template", None, {"template": name})
    return Template(name=name, **ask.model_dump())


def delete(db: Transaction, name: str) -> None:
    """Delete a template of the tenant's own; a built-in of that name holds again. Raises ``NoOwnTemplate``."""
    row = tables.Template
    deleted = db.scalars(delete_rows(row).where(row.name == name).returning(row.name)).one_or_none()
    if deleted is None:
        raise NoOwnTemplate(noun="template of your tenant's own named", id=name)
    tenancy.record_audit(db, "delete-template", None, {"template": name})


def _shown(row: tables.Template) -> Template:
    return Template.model_validate({**row.written, "name": row.name})
