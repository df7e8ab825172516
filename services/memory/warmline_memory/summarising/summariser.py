"""The port: what everything that helps to write briefs offers."""

from dataclasses import dataclass
from typing import Protocol

from warmline_memory.briefs import BriefSource
from warmline_schemas.accounts import Account
from warmline_schemas.briefs import Brief, SummaryReport


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a summariser says of a session, and how that came about; no account where it could not say anything."""

    account: Account | None = None
    report: SummaryReport | None = None


class Summariser(Protocol):
    """Gives an account of a session. Any thread may use it."""

    def propose(self, source: BriefSource) -> Proposal:
        """Give an account of a session. Nothing of it is checked yet: that is done as with an agent's account.

        Never raises for a fault outside this process: the report says why there is no account.
        """
        ...

    def write(self, source: BriefSource) -> Brief:
        """Write the brief of a session, within `source.max_words`, with what the record says of the account.

        No secret stands in it, and every line of the model is supported by the memories that it cites.
        """
        ...
