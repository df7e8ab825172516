"""What is refused to somebody who signs in. The docstring is what the page says."""

import math
from datetime import UTC, datetime, timedelta

from warmline_api.console.languages import ngettext
from warmline_api.console.shell import Refusal


class WrongPassword(Refusal):
    """Wrong name or password. The name looks like company/name."""

    status = 401


class WrongPanelCode(Refusal):
    """There is no such code any more. Take a new one from the console: each works once, for five minutes."""

    status = 401


class NoProvider(Refusal):
    """There is no provider for this tenant. Sign in with a name and a password, or mind how the tenant is written."""

    status = 404


class ForeignAnswer(Refusal):
    """This sign-in was not begun in this browser, was completed already, or took too long. Begin again."""

    status = 403


class TooManyAttempts(Refusal):
    """Too many attempts. Try again in {wait}, after {time} UTC."""

    status = 429

    @classmethod
    def after(cls, seconds: int) -> "TooManyAttempts":
        """The refusal of somebody who may try again after so many seconds."""
        minutes = math.ceil(seconds / 60)
        wait = (
            ngettext("{n} second", "{n} seconds", seconds)
            if seconds < 100
            else ngettext("{n} minute", "{n} minutes", minutes)
        )
        again = datetime.now(UTC) + timedelta(seconds=seconds)
        return cls(wait=wait, time=f"{again:%H:%M:%S}", retry_seconds=float(seconds))
