"""The OpenAPI document: the overview, and every operation with the problems that it can answer; and a page that shows
it to people."""

from typing import Any

from fastapi import FastAPI

from warmline_api.documentation.document import document_of
from warmline_api.documentation.overview import LICENSE, OVERVIEW, TAGS
from warmline_api.documentation.pages import mount
from warmline_api.documentation.serving import ServedDocument

__all__ = ["LICENSE", "OVERVIEW", "TAGS", "complete", "mount"]


def complete(app: FastAPI) -> None:
    """Have an application answer the whole document, which is written when it is first asked for."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = document_of(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]
    app.add_api_route("/openapi.json", ServedDocument(openapi).answer, include_in_schema=False)
