"""Repository: where the code is, as the program that captured the session noted it in the session's metadata."""

from collections.abc import Iterator, Mapping

from warmline_memory.briefs.drafts import Draft
from warmline_memory.language.words import clip
from warmline_schemas.briefs import BriefLine, Origin, SectionName

MOST_FILES, MOST_COMMITS, SUBJECT_WORDS = 6, 5, 14


def lines(git: object) -> Iterator[Draft]:
    """The branch and the commit, what is not committed, and the commits since the session began."""
    if not isinstance(git, Mapping) or not isinstance(git.get("head"), str):
        return
    at = f"branch {git.get('branch')} at `{git['head']}`"
    dirty = _texts(git.get("dirty"))
    more = f" and {len(dirty) - MOST_FILES} more" if len(dirty) > MOST_FILES else ""
    state = f"not committed: {', '.join(dirty[:MOST_FILES])}{more}" if dirty else "nothing to commit"
    yield _line(SectionName.FACTS, f"{at}; {state}", "git", 17.0)
    commits = _texts(git.get("commits"))[:MOST_COMMITS]
    for number, commit in enumerate(commits):
        sha, _, subject = commit.partition(" ")
        yield _line(SectionName.DONE, f"`{sha}` {clip(subject, SUBJECT_WORDS)}", "commit", 16.5 - number / 100)
    stat = git.get("stat")
    if commits and isinstance(stat, str) and stat.strip():
        yield _line(SectionName.DONE, stat.strip(), "since the session began", 10.0)


def has_commit(git: object, sha: str) -> bool:
    """Whether the commits that were noted have one of this hash."""
    noted = _texts(git.get("commits")) if isinstance(git, Mapping) else []
    return any(commit.startswith(sha) or sha.startswith(commit.partition(" ")[0]) for commit in noted)


def _texts(given: object) -> list[str]:
    return [one for one in given if isinstance(one, str)] if isinstance(given, list) else []


def _line(section: SectionName, text: str, label: str, weight: float) -> Draft:
    # No memory has it: it came with the session, as the reason of a handoff comes with its request.
    line = BriefLine(label=label, text=text, memory_ids=[], origin=Origin.REQUEST)
    return Draft(section, line, weight, 100.0 - weight)
