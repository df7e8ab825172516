"""The extras of the package install beside each other: the environment of the tests has them all, and is the proof."""

import tomllib
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
OF_ITS_OWN = {"bench"}
"""What `make` installs into an environment of its own."""


def wanted(requirement: Requirement) -> list[Requirement]:
    """What an installed distribution requires here, with the extras that are asked of it."""
    asked = ["", *requirement.extras]
    listed = [Requirement(line) for line in distribution(requirement.name).requires or []]
    return [one for one in listed if not one.marker or any(one.marker.evaluate({"extra": extra}) for extra in asked)]


@pytest.mark.parametrize("extra", sorted(set(EXTRAS) - OF_ITS_OWN))
def test_an_extra_is_installed_beside_all_others_as_it_and_what_it_needs_require(extra: str) -> None:
    left = [Requirement(line) for line in [*PROJECT["dependencies"], *EXTRAS[extra]]]
    seen: set[tuple[str, frozenset[str]]] = set()
    while left:
        requirement = left.pop()
        version = distribution(requirement.name).version
        assert requirement.specifier.contains(version, prereleases=True), f"{requirement}, but {version} is installed"
        known = canonicalize_name(requirement.name), frozenset(requirement.extras)
        if known not in seen:
            seen.add(known)
            left += wanted(requirement)
    assert len(seen) > len(EXTRAS[extra])


def test_what_there_are_adapters_for_is_an_extra_and_in_the_tests_environment() -> None:
    frameworks = {"openai-agents", "langgraph", "pydantic-ai", "google-adk", "a2a", "agent-framework", "strands"}
    for framework in frameworks:
        assert set(EXTRAS[framework]) <= set(EXTRAS["dev"])
