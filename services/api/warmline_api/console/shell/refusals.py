"""What the console refuses beyond the domain's own errors. The docstring is what the page says."""

from typing import ClassVar

from warmline_memory.errors import WarmlineError
from warmline_schemas.problems import STATUS, ProblemType


class Refusal(WarmlineError):
    """The console refuses this."""

    problem = ProblemType.INVALID_REQUEST
    status: ClassVar[int] = 403


class ForeignForm(Refusal):
    """Your session changed. Go back and copy what you typed, then reload the page and send it again."""


class RoleForbids(Refusal):
    """This takes the role {role}. Ask somebody who has it, or have an administrator change yours."""


class AuditorsOnlyRead(Refusal):
    """An auditor reads everything and changes nothing. Ask somebody of another role to do this."""


class NotForYou(Refusal):
    """You cannot take this one. {why} A lead can, or can offer it to you."""


class Unanswered(Refusal):
    """The customer has not had an answer yet. Reply first; or resolve without a reply, if none is needed."""

    status = 409


class NoteDiffers(Refusal):
    """Your note has an amount that the brief does not have. Correct it, or resolve it anyway."""

    status = 409


class MalformedForm(Refusal):
    """{faults}

    ``fields`` are the faults by the names of their fields, which the page shows beside them.
    """

    status = 422


class UnknownPage(Refusal):
    """There is no such page. It may have moved; the menu lists all there are."""

    status = 404


def status_of(error: WarmlineError) -> int:
    """The HTTP status with which an error is answered."""
    return error.status if isinstance(error, Refusal) else STATUS[error.problem]
