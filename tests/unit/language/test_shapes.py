"""Figures, commands and paths, told by how they are written."""

import pytest

from warmline_memory.language.shapes import has_command, has_figure, has_path, has_rate


@pytest.mark.parametrize("text", ["33.3%", "30/90 tests", "12 of 80 tests fail", "45 out of 90 pages"])
def test_a_rate_is_a_part_of_a_whole(text: str) -> None:
    assert has_rate(text)


@pytest.mark.parametrize("text", ["15+ API endpoints answer", "41 mypy errors are left", "no failures", "2 children"])
def test_a_count_is_a_figure(text: str) -> None:
    assert has_figure(text)


@pytest.mark.parametrize(
    "text", ["in 5 days", "since 14:10", "version v2.3", "on 2026-03-05", "03/05/2026", "ACC-4521"]
)
def test_times_and_identifiers_are_no_figures(text: str) -> None:
    assert not has_figure(text)


@pytest.mark.parametrize(
    "text",
    [
        "`make smoke`",
        "Tests: pytest tests/api -q",
        "PYTHONPATH=src ./run tests",
        "kubectl -n shop get pods",
        "First run make demo",
        "git rebase main",
    ],
)
def test_what_can_be_typed_is_a_command(text: str) -> None:
    assert has_command(text)


@pytest.mark.parametrize(
    "text",
    ["Deployed with docker to staging", "`src/views.py` is long", "make sure it works", "python 3.11", "git is slow"],
)
def test_a_sentence_about_a_program_is_no_command(text: str) -> None:
    assert not has_command(text)


@pytest.mark.parametrize(
    "text", ["src/views.py", "models/ holds User", "/etc/hosts", "https://example.org/a", "setup.cfg"]
)
def test_files_folders_and_urls_are_paths(text: str) -> None:
    assert has_path(text)


@pytest.mark.parametrize("text", ["yes and/or no", "30/90 tests", "CI/CD", "$199/mo", "the end. Next"])
def test_a_slash_alone_makes_no_path(text: str) -> None:
    assert not has_path(text)
