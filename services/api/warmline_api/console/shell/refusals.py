"""What the console refuses beyond the domain's own errors. The docstring is what the page says."""

from typing import ClassVar

from warmline_memory.errors import WarmlineError
from warmline_schemas.problems import STATUS, ProblemType


class Refusal(WarmlineError):
    """The console refuses this."""

    problem = ProblemType.INVALID_REQUEST
    status: ClassVar[int] = 403


class ForeignForm(Refusal):
    """This form is too old, or was not sent from a page of this console. Load the page anew, and try again."""


class RoleForbids(Refusal):
    """This takes the role {role}. Ask somebody who has it, or have an administrator change yours."""


class AuditorsOnlyRead(Refusal):
    """An auditor reads everything and changes nothing. Ask somebody of another role to do this."""


class NotForYou(Refusal):
    """You cannot take this one. {why} A lead can, or can offer it to you."""


class MalformedForm(Refusal):
    """{faults}"""

    status = 422


class UnknownPage(Refusal):
    """There is no such page. It may have moved; the menu lists all there are."""

    status = 404


class TooManyGuesses(Refusal):
    """Too many attempts. Wait {minutes} minutes and try again, or ask an administrator for a new password."""

    status = 429


def status_of(error: WarmlineError) -> int:
    """The HTTP status with which an error is answered."""
    return error.status if isinstance(error, Refusal) else STATUS[error.problem]
