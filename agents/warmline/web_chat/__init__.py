"""The web chat: a service that carries messages between visitors of a web page and their cases.

``warmline chat`` runs it; it needs ``warmline[chat]``. The browser gets a token that names its visitor and nothing
else; the API key stays here. All that must outlive the process is kept by the platform.
"""

from warmline.web_chat.app import ChatOptions, chat_app
from warmline.web_chat.bots import Bot, Chat, HandOver, Line, load_bot
from warmline.web_chat.scripted import scripted_bot
from warmline.web_chat.serving import serve_chat

__all__ = ["Bot", "Chat", "ChatOptions", "HandOver", "Line", "chat_app", "load_bot", "scripted_bot", "serve_chat"]
