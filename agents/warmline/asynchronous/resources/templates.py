"""The templates API: which sections a brief has for a kind of work."""

from typing import Any
from urllib.parse import quote

from warmline.asynchronous.transport import AsyncTransport
from warmline.calls import build
from warmline_schemas.templates import Template, WriteTemplate
from warmline_schemas.wire import Page

PATH = "/v1/templates"


class AsyncTemplates:
    """``client.templates``. Every method raises the errors of ``warmline.errors``."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def list(self) -> list[Template]:
        """Read all templates that the tenant can use, by name: built-in ones and its own."""
        return [one async for one in self._transport.pages(Page[Template], PATH, {})]

    async def get(self, name: str) -> Template:
        """Read one template."""
        return await self._transport.get(Template, _path(name))

    async def write(
        self,
        name: str,
        template: WriteTemplate | None = None,
        *,
        if_unchanged: Template | str | None = None,
        **fields: Any,
    ) -> Template:
        """Add a template, or replace the tenant's own one. A built-in one of that name is replaced for this tenant
        only.

        Give ``template``, or its fields: ``about``, ``sections`` and the others of ``WriteTemplate``.
        ``if_unchanged``: the template as it was read. Raises ``ChangedMeanwhile`` where it was changed since.
        """
        return await self._transport.put(
            Template, _path(name), template or build(WriteTemplate, **fields), if_unchanged
        )

    async def delete(self, name: str, *, if_unchanged: Template | str | None = None) -> None:
        """Delete a template of the tenant. A built-in one of the same name is used again.

        ``if_unchanged`` as for ``write``.
        """
        await self._transport.delete(_path(name), if_unchanged)


def _path(name: str) -> str:
    return f"{PATH}/{quote(name, safe='')}"
