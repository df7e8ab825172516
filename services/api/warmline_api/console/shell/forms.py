"""Forms: what was typed becomes a request of the domain, or a sentence that says which field is wrong."""

import re
from collections.abc import Callable, Mapping
from typing import TypeVar
from uuid import UUID

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails
from starlette.datastructures import FormData

from warmline_api.console.languages import _, marked
from warmline_api.console.shell.refusals import MalformedForm, UnknownPage

Shape = TypeVar("Shape", bound=BaseModel)
NUMBER = re.compile(r"[0-9]+")
Place = tuple[int | str, ...]
FAULTS: Mapping[str, str] = {
    "missing": marked("Fill this in."),
    "string_pattern_mismatch": marked("Use small letters, digits, - and _: “{typed}” has something else."),
    "string_too_short": marked("At least {min_length} characters."),
    "string_too_long": marked("At most {max_length} characters."),
    "int_type": marked("Fill this in."),
    "int_parsing": marked("Enter a whole number."),
    "greater_than_equal": marked("At least {ge}."),
    "less_than_equal": marked("At most {le}."),
    "enum": marked("Choose {expected}."),
}
"""What is wrong with a field, by the type that pydantic gives the fault."""


def _last_name(place: Place) -> str:
    return next((part for part in reversed(place) if isinstance(part, str)), "form")


def read_form(shape: type[Shape], form: Mapping[str, object], **given: object) -> Shape:
    """Make a request from the fields of a form that it has, but for empty ones, and what else is given.

    Raises ``MalformedForm``.
    """
    # A browser sends an empty string for a field that was left empty. For the domain that is a field that was not
    # given.
    typed = {name: form[name] for name in shape.model_fields if form.get(name)}
    try:
        return shape.model_validate({**typed, **given})
    except ValidationError as error:
        raise malformed(faults_of(error)) from error


def malformed(fields: Mapping[str, str]) -> MalformedForm:
    """The refusal of a form, with what is wrong with each of its fields."""
    said = " ".join(f"{_label(name)}: {fault}" for name, fault in fields.items())
    return MalformedForm(faults=_("Nothing was saved. {faults}", faults=said), fields=dict(fields))


def _label(name: str) -> str:
    """What a field is called in a sentence. Fields that are numbered begin at 0, which people count as 1."""
    return NUMBER.sub(lambda found: str(int(found[0]) + 1), name).replace("_", " ").replace("-", " ").capitalize()


def faults_of(error: ValidationError, name_of: Callable[[Place], str] = _last_name) -> dict[str, str]:
    """What is wrong first with each field, by the name that it has in the form."""
    return {name_of(fault["loc"]): _fault_in_words(fault) for fault in reversed(error.errors())}


def field(form: FormData, name: str) -> str:
    """A field of a form, without blanks around it; empty where it was not sent."""
    return str(form.get(name, "")).strip()


def id_of(typed: str) -> UUID:
    """An id that a form holds. Raises ``MalformedForm``."""
    try:
        return UUID(typed)
    except ValueError as error:
        raise MalformedForm(faults=_("The form names nothing that there is. Load the page anew.")) from error


def name_of_page(names: TypeAdapter[str], name: str) -> str:
    """A name that an address holds. Raises ``UnknownPage`` for what cannot be one."""
    try:
        return names.validate_python(name)
    except ValidationError as error:
        raise UnknownPage from error


def _fault_in_words(fault: ErrorDetails) -> str:
    say = FAULTS.get(fault["type"])
    if say:
        return _(say, **{"typed": fault["input"], **fault.get("ctx", {})})
    said = fault["msg"].removeprefix("Value error, ").rstrip(".")
    return f"{said[:1].upper()}{said[1:]}."
