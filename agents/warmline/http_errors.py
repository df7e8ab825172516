"""HTTP answers that report an error: the exception to raise, and how long to wait before the next attempt."""

import email.utils
from datetime import UTC, datetime

import httpx
from pydantic import ValidationError

from warmline.errors import (
    Busy,
    ConnectionFailed,
    RateLimited,
    RequestTimeout,
    TimedOut,
    Unavailable,
    UnexpectedAnswer,
    WarmlineError,
    problem_error,
)
from warmline_schemas.problems import PROBLEM_MEDIA_TYPE, Problem, ProblemType

PASSING = (ConnectionFailed, TimedOut, Busy, RateLimited, RequestTimeout, Unavailable)
"""After these errors the same call can succeed later."""
GATEWAY = {502, 503, 504}
"""With these a proxy says that it did not reach the platform behind it, or did not hear from it (RFC 9110, 15.6)."""


def retry_after(response: httpx.Response) -> float | None:
    """Read the ``Retry-After`` header as seconds from now; None where there is none that can be read (RFC 9110,
    10.2.3).
    """
    value = response.headers.get("Retry-After")
    if value is None:
        return None
    # RFC 9110 allows whole seconds or a date; proxies send both.
    if value.isdigit():
        return float(value)
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except ValueError:
        return None
    # A date with the zone -0000 is parsed without a zone. It is in UTC like all dates in HTTP.
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    # The date can be over, or the clock of this machine can be ahead of it.
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def names_of(error: BaseException | None) -> set[str]:
    """Return the names of the classes of an error."""
    # httpx and httpx2 have classes of the same names that have nothing else in common.
    return {kind.__name__ for kind in type(error).__mro__}


def may_have_been_done(response: httpx.Response) -> bool:
    """Return whether the platform may have carried out a request although this answer is an error."""
    # 502 and 504 come from a proxy that lost the platform's answer.
    if response.status_code in {502, 504}:
        return True
    return response.status_code == 503 and ProblemType.OUTCOME_UNKNOWN.urn.encode() in response.content


def error_for(url: str, response: httpx.Response) -> WarmlineError:
    """Build the exception for an answer that is not a success: the platform's problem, or what another server says."""
    if response.headers.get("Content-Type", "").startswith(PROBLEM_MEDIA_TYPE):
        try:
            return problem_error(Problem.model_validate_json(response.content))
        # Other servers send problems of their own with this media type. They are not an error of Warmline.
        except ValidationError:
            pass
    asked = f"{response.request.method} {response.request.url.path}"
    if response.status_code in GATEWAY:
        return ConnectionFailed(
            f"{url} answered {response.status_code} to {asked}, and not as Warmline would: what stands before the "
            "platform does not reach it."
        )
    return UnexpectedAnswer(
        f"{url} answered {response.status_code} to {asked}, and not as Warmline would: check WARMLINE_URL."
    )
