"""``warmline chat``: the web chat, as a service of its own."""

from importlib import import_module
from typing import Annotated, Any

import typer

from warmline.cli.connection import Connection
from warmline.cli.output import note
from warmline.errors import NotConfigured


def chat(
    context: typer.Context,
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 8430,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    origins: Annotated[
        list[str] | None,
        typer.Option(
            "--origin",
            help="A site on whose pages the chat is shown, such as https://shop.example. Repeat it for more.",
        ),
    ] = None,
    bot: Annotated[
        str | None,
        typer.Option(
            help="The function that answers, as module:function. Without it a small bot asks and gets people."
        ),
    ] = None,
    queue: Annotated[str, typer.Option(help="The queue from which the small bot gets people.")] = "people",
    agent: Annotated[str, typer.Option(help="The agent as which the bot works.")] = "web-chat-bot",
    namespace: Annotated[
        str, typer.Option("--namespace", "-n", help="The namespaces of visitors begin with it: NAMESPACE/VISITOR.")
    ] = "chat",
    secret: Annotated[
        str | None,
        typer.Option(
            envvar="WARMLINE_CHAT_SECRET",
            help="Signs the tokens of visitors. Without it, it is made from the API key, and changes with that.",
            show_default=False,
        ),
    ] = None,
    console: Annotated[
        str | None,
        typer.Option(
            help="The console's address. Then /both shows it beside the chat; the platform must allow the frame.",
            show_default=False,
        ),
    ] = None,
    trusted_proxies: Annotated[
        list[str] | None,
        typer.Option("--trusted-proxy", help="The address of a proxy that says from where a request came. Repeat it."),
    ] = None,
) -> None:
    """Serve the web chat: the script for your pages, and the messages between their visitors and the desk."""
    web_chat = _service()
    chosen = context.find_root().obj
    url, api_key = (chosen.url, chosen.api_key) if isinstance(chosen, Connection) else (None, None)
    answering = web_chat.load_bot(bot) if bot else web_chat.scripted_bot(queue)
    note(f"The chat is on http://{host}:{port}/ and its script on http://{host}:{port}/web-chat.js. Ctrl-C stops it.")
    web_chat.serve_chat(
        url,
        api_key,
        answering,
        secret=secret,
        host=host,
        port=port,
        trusted_proxies=trusted_proxies or [],
        agent=agent,
        namespace=namespace,
        origins=origins or [],
        console=console,
    )


def _service() -> Any:
    try:
        # To load the web server takes a while, which no other command should wait for.
        return import_module("warmline.web_chat")
    except ModuleNotFoundError as error:
        raise NotConfigured(f"The package {error.name!r} is missing: run `pip install 'warmline[chat]'`.") from error
