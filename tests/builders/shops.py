"""A shop's page with the tag of the web chat, on a server and so an origin of its own."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><title>Lamps</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><main><h1>Lamps</h1><p>All our lamps. <a href="#more">More</a></p></main>{tag}</body></html>"""


@dataclass
class Shop:
    """The page: its address, its language and its tag, which can be set once the address is known."""

    url: str
    language: str = "en"
    tag: str = ""


@contextmanager
def a_shop() -> Iterator[Shop]:
    """Serve the page until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            is_page = self.path == "/"
            body = PAGE.format(language=shop.language, tag=shop.tag).encode() if is_page else b""
            self.send_response(200 if is_page else 204)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        shop = Shop(f"http://127.0.0.1:{server.server_address[1]}")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield shop
        server.shutdown()
