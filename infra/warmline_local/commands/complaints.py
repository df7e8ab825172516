"""How the platform's commands end when something is wrong: one sentence, no traceback, exit status 1."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer
from pydantic import ValidationError

from warmline.cli.output import complain
from warmline.errors import WarmlineError as ClientError
from warmline_memory.errors import WarmlineError


@contextmanager
def complaints() -> Iterator[None]:
    """Turn errors of the platform and of its client into a sentence on stderr and exit status 1."""
    try:
        yield
    except (WarmlineError, ClientError) as error:
        complain(str(error))
        raise typer.Exit(1) from error
    except ValidationError as error:
        # One at a time: the message is a sentence, and the next start names the next one.
        wrong = error.errors()[0]
        complain(f"WARMLINE_{'_'.join(map(str, wrong['loc'])).upper()} is wrong: {wrong['msg']}.")
        raise typer.Exit(1) from error
