"""The templates API: which sections a brief has for a kind of work."""

from typing import Any
from urllib.parse import quote

from warmline.transport import Transport, build
from warmline_schemas.templates import Template, Templates as Found, WriteTemplate

PATH = "/v1/templates"


class Templates:
    """``client.templates``. Every method raises the errors of ``warmline.errors``."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self) -> list[Template]:
        """Read all templates that the tenant can use, by name: built-in ones and its own."""
        return self._transport.get(Found, PATH).templates

    def get(self, name: str) -> Template:
        """Read one template."""
        return self._transport.get(Template, _path(name))

    def write(self, name: str, template: WriteTemplate | None = None, **fields: Any) -> Template:
        """Add a template, or replace the tenant's own one. A built-in one of that name is replaced for this tenant
        only.

        Give ``template``, or its fields: ``about``, ``sections`` and the others of ``WriteTemplate``.
        """
        return self._transport.put(Template, _path(name), template or build(WriteTemplate, **fields))

    def delete(self, name: str) -> None:
        """Delete a template of the tenant. A built-in one of the same name is used again."""
        self._transport.delete(_path(name))


def _path(name: str) -> str:
    return f"{PATH}/{quote(name, safe='')}"
