"""The programs that use MCP servers, and where each of them has its list: files are merged, never replaced.

A file that cannot be read as what it should be, such as JSON with comments, is left alone; the person adds the lines.
"""

import difflib
import json
import os
import re
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warmline.errors import WarmlineError

# Keys in what is shown; what names a variable of the environment stays.
SECRET = re.compile(r"(WARMLINE_API_KEY\"?\s*[:=]\s*\"|Bearer )[^\"${][^\"]*")
HIDDEN = "•" * 8


class HostFileUnreadable(WarmlineError):
    """The file of a host is not what this program can change without losing something."""


@dataclass(frozen=True)
class Entry:
    """A server, as a host lists it: a command that the host starts, or the URL of one that runs."""

    command: str = ""
    args: tuple[str, ...] = ()
    environment: Mapping[str, str] | None = None
    url: str = ""
    api_key: str = ""

    @property
    def headers(self) -> dict[str, str]:
        """The headers of each request to the URL."""
        return {"Authorization": f"Bearer {self.api_key}"}


Form = Callable[[Entry], dict[str, Any]]


@dataclass(frozen=True)
class Host:
    """A program that uses MCP servers."""

    title: str
    user: Callable[[], Path]
    """The file for all projects of a person."""
    project: str | None
    """The file of one project, below its folder; None where there is none."""
    key: str
    """The member that has the servers."""
    form: Form
    variable: str | None = None
    """How the file names a variable of the environment; None where it cannot."""
    takes_urls: bool = True


def _plain(entry: Entry) -> dict[str, Any]:
    if entry.url:
        return {"url": entry.url, "headers": entry.headers}
    return {"command": entry.command, "args": list(entry.args), "env": dict(entry.environment or {})}


def _typed(entry: Entry) -> dict[str, Any]:
    return {"type": "http" if entry.url else "stdio", **_plain(entry)}


def _codex(entry: Entry) -> dict[str, Any]:
    # Codex reads a token from a variable alone.
    return {"url": entry.url, "bearer_token_env_var": "WARMLINE_API_KEY"} if entry.url else _plain(entry)


def _windsurf(entry: Entry) -> dict[str, Any]:
    return {"serverUrl": entry.url, "headers": entry.headers} if entry.url else _plain(entry)


def _gemini(entry: Entry) -> dict[str, Any]:
    return {"httpUrl": entry.url, "headers": entry.headers} if entry.url else _plain(entry)


def _opencode(entry: Entry) -> dict[str, Any]:
    if entry.url:
        return {"type": "remote", "url": entry.url, "headers": entry.headers, "enabled": True}
    command = [entry.command, *entry.args]
    return {"type": "local", "command": command, "environment": dict(entry.environment or {}), "enabled": True}


def _at_home(*parts: str) -> Callable[[], Path]:
    return lambda: Path.home().joinpath(*parts)


def _application(*parts: str) -> Callable[[], Path]:
    """A file among the settings of applications, which each system has elsewhere."""

    def find() -> Path:
        if sys.platform == "darwin":
            return Path.home().joinpath("Library", "Application Support", *parts)
        if sys.platform == "win32":
            return Path(os.environ.get("APPDATA", Path.home() / "AppData" / "Roaming")).joinpath(*parts)
        return Path(os.environ.get("XDG_CONFIG_HOME", Path.home() / ".config")).joinpath(*parts)

    return find


HOSTS = {
    "claude-code": Host(
        "Claude Code", _at_home(".claude.json"), ".mcp.json", "mcpServers", _typed, "${WARMLINE_API_KEY}"
    ),
    "claude-desktop": Host(
        "Claude Desktop",
        _application("Claude", "claude_desktop_config.json"),
        None,
        "mcpServers",
        _plain,
        takes_urls=False,
    ),
    "codex": Host("Codex", _at_home(".codex", "config.toml"), ".codex/config.toml", "mcp_servers", _codex),
    "cursor": Host(
        "Cursor", _at_home(".cursor", "mcp.json"), ".cursor/mcp.json", "mcpServers", _plain, "${env:WARMLINE_API_KEY}"
    ),
    "vscode": Host(
        "VS Code",
        _application("Code", "User", "mcp.json"),
        ".vscode/mcp.json",
        "servers",
        _typed,
        "${env:WARMLINE_API_KEY}",
    ),
    "windsurf": Host("Windsurf", _at_home(".codeium", "windsurf", "mcp_config.json"), None, "mcpServers", _windsurf),
    "zed": Host("Zed", _application("zed", "settings.json"), ".zed/settings.json", "context_servers", _plain),
    "gemini": Host(
        "Gemini CLI",
        _at_home(".gemini", "settings.json"),
        ".gemini/settings.json",
        "mcpServers",
        _gemini,
        "$WARMLINE_API_KEY",
    ),
    "opencode": Host(
        "OpenCode",
        _application("opencode", "opencode.json"),
        "opencode.json",
        "mcp",
        _opencode,
        "{env:WARMLINE_API_KEY}",
    ),
}
"""The hosts by the name that the command takes."""


@dataclass(frozen=True)
class Change:
    """What a file has, and what it would have."""

    path: Path
    before: str
    after: str

    @property
    def changes_something(self) -> bool:
        """Whether the file would be another one."""
        return self.before != self.after

    def shown(self) -> str:
        """The lines that would change, without the keys in them."""
        # Lines around are few: they can have keys of others.
        lines = difflib.unified_diff(
            self.before.splitlines(), self.after.splitlines(), str(self.path), str(self.path), lineterm="", n=1
        )
        return SECRET.sub(rf"\1{HIDDEN}", "\n".join(lines))

    def write(self) -> None:
        """Write the file in one step, so that it is never half there. Its owner and its permissions stay."""
        # A link is followed: people keep such files in a repository of their own.
        path = self.path.resolve()
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as new:
            new.write(self.after)
        # A file that can have a key is made for its owner alone, as the temporary one is.
        if path.exists():
            os.chmod(new.name, path.stat().st_mode)
        os.replace(new.name, path)


def file_of(host: Host, project: Path | None) -> Path:
    """Return the file of a host: that of a project, or that of the person."""
    if project is None:
        return host.user()
    if host.project is None:
        raise HostFileUnreadable(f"{host.title} has no file for a project: install it for yourself, without --project.")
    return project / host.project


def added(host: Host, path: Path, name: str, entry: Entry) -> Change:
    """Work out the file with the server in it. What else is in the file stays as it is."""
    return _changed(host, path, name, host.form(entry))


def removed(host: Host, path: Path, name: str) -> Change:
    """Work out the file without the server."""
    return _changed(host, path, name, None)


def _changed(host: Host, path: Path, name: str, entry: dict[str, Any] | None) -> Change:
    try:
        before = path.read_text(encoding="utf-8") if path.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise HostFileUnreadable(f"{path} cannot be read: {error}.") from error
    change = _toml if path.suffix == ".toml" else _json
    return Change(path, before, change(host, path, before, name, entry))


def _json(host: Host, path: Path, before: str, name: str, entry: dict[str, Any] | None) -> str:
    try:
        whole = json.loads(before) if before.strip() else {}
    except ValueError as error:
        raise _by_hand(host, path, name, entry, f"is no plain JSON ({error}), and comments would be lost") from error
    servers = whole.get(host.key, {}) if isinstance(whole, dict) else None
    if not isinstance(servers, dict):
        raise _by_hand(host, path, name, entry, f"has no object `{host.key}`")
    if entry is None and name not in servers:
        return before
    others = {one: what for one, what in servers.items() if one != name}
    # A server that is there keeps its place in the list.
    listed = {**servers, name: entry} if entry is not None else others
    return json.dumps({**whole, host.key: listed}, indent=_indent(before), ensure_ascii=False) + "\n"


def _indent(text: str) -> int | str:
    found = re.search(r"^([ \t]+)\"", text, re.M)
    return found.group(1) if found else 2


def _toml(host: Host, path: Path, before: str, name: str, entry: dict[str, Any] | None) -> str:
    # It keeps comments and the order. Only those who write such a file need the package.
    import tomlkit

    try:
        whole = tomlkit.parse(before)
    except tomlkit.exceptions.ParseError as error:
        raise _by_hand(host, path, name, entry, f"is no TOML ({error})") from error
    servers = whole.setdefault(host.key, tomlkit.table(is_super_table=True))
    if entry is None:
        servers.pop(name, None)
    else:
        servers[name] = entry
    return tomlkit.dumps(whole)


def _by_hand(host: Host, path: Path, name: str, entry: dict[str, Any] | None, why: str) -> HostFileUnreadable:
    if entry is None:
        what = f"remove `{name}` from `{host.key}` yourself."
    else:
        lines = SECRET.sub(rf"\1{HIDDEN}", json.dumps({host.key: {name: entry}}, ensure_ascii=False))
        what = f"add this to it yourself: {lines}"
    return HostFileUnreadable(f"{path} {why}. It was left as it is; {what}")
