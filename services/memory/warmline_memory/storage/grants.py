"""Grants: what the one who opened a transaction may do, as which agents, and in which namespaces."""

from dataclasses import dataclass

from warmline_schemas.keys import EVERY, Scope
from warmline_schemas.targets import TargetKind, kind_of


@dataclass(frozen=True)
class Grant:
    """Scopes, and the patterns of the agents and namespaces that they are for."""

    scopes: frozenset[Scope]
    agents: tuple[str, ...] = (EVERY,)
    namespaces: tuple[str, ...] = (EVERY,)

    @property
    def is_of_whole_tenant(self) -> bool:
        """Whether it is for every namespace."""
        return EVERY in self.namespaces

    def may_act_as(self, agent: str) -> bool:
        """Whether it is for an agent. A program acts as a person only where it stands in for the desk."""
        if kind_of(agent) is not TargetKind.AGENT and self.scopes.isdisjoint({Scope.DESK, Scope.ADMINISTER}):
            return False
        return _fits_any(self.agents, agent)

    def reaches(self, namespace: str) -> bool:
        """Whether it is for a namespace."""
        return _fits_any(self.namespaces, namespace)

    def covers(self, other: "Grant") -> bool:
        """Whether the other one allows nothing that this one does not."""
        return (
            other.scopes <= self.scopes
            and all(_fits_any(self.agents, one) for one in other.agents)
            and all(_fits_any(self.namespaces, one) for one in other.namespaces)
        )


EVERYTHING = Grant(frozenset(Scope))
"""What the platform itself may do, and operators; the console asks for their roles."""


def fits(pattern: str, name: str) -> bool:
    """Whether a name fits a pattern. A pattern that is given as the name fits where all that fits it fits as well:
    nothing but a star takes the place of its stars."""
    first, *rest = pattern.split(EVERY)
    if not rest:
        return pattern == name
    *middle, last = rest
    if not name.startswith(first) or not name.endswith(last) or len(first) + len(last) > len(name):
        return False
    # The leftmost place of each part leaves most room for the next ones, so no other place has to be tried.
    at, end = len(first), len(name) - len(last)
    for part in middle:
        found = name.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True


def _fits_any(patterns: tuple[str, ...], name: str) -> bool:
    return any(fits(pattern, name) for pattern in patterns)
