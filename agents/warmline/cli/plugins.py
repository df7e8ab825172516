"""Plug-ins: functions ``commands(app: typer.Typer) -> None`` in the entry-point group ``warmline.commands``."""

from collections.abc import Iterable
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec

import typer

from warmline.cli.output import complain

GROUP = "warmline.commands"


def load_plugins(app: typer.Typer, plugins: Iterable[EntryPoint] | None = None) -> list[str]:
    """Add the commands of every plug-in. Return one sentence for each plug-in that was skipped.

    A plug-in is skipped where a package that it needs is not installed. A plug-in that fails in another way is reported
    on stderr, and all other commands still work.
    """
    skipped = []
    for plugin in entry_points(group=GROUP) if plugins is None else plugins:
        try:
            plugin.load()(app)
        except ModuleNotFoundError as error:
            if not _is_not_installed(error.name):
                _report(plugin, error)
                continue
            skipped.append(_what_to_install(plugin, str(error.name)))
        # Whatever a plug-in does wrong, the commands of all others must still work.
        except Exception as error:
            _report(plugin, error)
    return skipped


def _is_not_installed(module: str | None) -> bool:
    # A module that is missing inside an installed package is a fault of the plug-in, and is reported as one.
    package = (module or "").split(".")[0]
    return bool(package) and find_spec(package) is None


def _what_to_install(plugin: EntryPoint, module: str) -> str:
    ours = plugin.dist is not None and plugin.dist.name == "warmline"
    what_to_do = "run `pip install 'warmline[server,local]'`" if ours else "install it"
    return (
        f"The commands of {plugin.name!r} are not here because the package {module!r} is not installed: {what_to_do}."
    )


def _report(plugin: EntryPoint, error: Exception) -> None:
    complain(f"The commands of {plugin.name!r} cannot be loaded: {type(error).__name__}: {error} ({plugin.value}).")
