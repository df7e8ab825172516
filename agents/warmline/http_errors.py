"""Refusals: what an answer says that is no success, and when it asks to be asked again."""

import email.utils
from datetime import UTC, datetime

import httpx
from pydantic import ValidationError

from warmline.errors import UnexpectedAnswer, WarmlineError, problem_error
from warmline_schemas.problems import PROBLEM_MEDIA_TYPE, Problem


def retry_after(response: httpx.Response) -> float | None:
    """The ``Retry-After`` header in seconds from now: it holds either seconds or a date (RFC 9110, 10.2.3)."""
    value = response.headers.get("Retry-After")
    if value is None:
        return None
    if value.isdigit():
        return float(value)
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def refusal(url: str, response: httpx.Response) -> WarmlineError:
    """The error for an answer that is none: the platform's problem, or that something else answered."""
    if response.headers.get("Content-Type", "").startswith(PROBLEM_MEDIA_TYPE):
        try:
            return problem_error(Problem.model_validate_json(response.content))
        except ValidationError:
            pass
    return UnexpectedAnswer(
        f"{url} answered {response.status_code} to {response.request.method} {response.request.url.path}, and not as "
        "Warmline would: check WARMLINE_URL."
    )
