"""The account of a handoff, as it stands in a file or comes from stdin."""

import json
import sys
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from warmline.cli.files import read_text, stop_because
from warmline_schemas.accounts import Account, AnyAccount


def read_account(file: Path | None) -> Account | str | None:
    """Read an account: JSON where the text begins with a brace, and else Markdown. A faulty one ends the command."""
    if file is None:
        return None
    text = sys.stdin.read() if str(file) == "-" else read_text(file)
    try:
        given = json.loads(text) if text.lstrip().startswith("{") else text
        account: Account | str = TypeAdapter(AnyAccount).validate_python(given)
    except ValidationError as error:
        faults = [(".".join(map(str, fault["loc"][1:])), fault["msg"]) for fault in error.errors()]
        stop_because(error, *(f"{file}: {field or 'account'}: {fault}" for field, fault in faults))
    except ValueError as error:
        stop_because(error, f"{file} begins like JSON, and is not JSON: {error}")
    return account
