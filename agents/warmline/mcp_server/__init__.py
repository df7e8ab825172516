"""The MCP server: the six tools, briefs and chains as resources, and review by a question to the person at the client.

It serves both eras of the protocol, over stdio and over HTTP. Run it with ``warmline mcp``; it needs ``warmline[mcp]``.
"""

from warmline.mcp_server.over_http import http_app
from warmline.mcp_server.server import build
from warmline.mcp_server.serving import serve_http, serve_stdio
from warmline.mcp_server.workplaces import OneWorkplace, WorkplaceOfEachKey

__all__ = ["OneWorkplace", "WorkplaceOfEachKey", "build", "http_app", "serve_http", "serve_stdio"]
