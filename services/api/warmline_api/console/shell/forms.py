"""Forms: what was typed becomes a request of the domain, or a sentence that says which field is wrong."""

from typing import TypeVar
from uuid import UUID

from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData

from warmline_api.console.shell.refusals import MalformedForm

Shape = TypeVar("Shape", bound=BaseModel)


def read_form(shape: type[Shape], form: FormData, **given: object) -> Shape:
    """Make a request from the fields of a form that it has, but for empty ones, and what else is given.

    Raises ``MalformedForm``.
    """
    # A browser sends an empty string for a field that was left empty. For the domain that is a field that was not
    # given.
    typed = {name: form[name] for name in shape.model_fields if form.get(name)}
    try:
        return shape.model_validate({**typed, **given})
    except ValidationError as error:
        faults = [f"{_words(fault['loc'])}: {fault['msg'].removeprefix('Value error, ')}." for fault in error.errors()]
        raise MalformedForm(faults=" ".join(faults)) from error


def field(form: FormData, name: str) -> str:
    """A field of a form, without blanks around it; empty where it was not sent."""
    return str(form.get(name, "")).strip()


def id_of(typed: str) -> UUID:
    """An id that a form holds. Raises ``MalformedForm``."""
    try:
        return UUID(typed)
    except ValueError as error:
        raise MalformedForm(faults="The form names nothing that there is. Load the page anew.") from error


def _words(place: tuple[int | str, ...]) -> str:
    return " ".join(str(part) for part in place).replace("_", " ").capitalize() or "The form"
