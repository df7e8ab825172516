"""Quality: how much of what its template wants a brief holds, and what the source can remember for the next one."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from warmline_memory.briefs.goals import is_vague
from warmline_memory.briefs.sources import BriefRequest
from warmline_memory.language.shapes import has_command, has_figure, has_path
from warmline_memory.language.words import clip
from warmline_schemas.briefs import Brief, BriefLine, BriefQuality, Finding, FindingCode, Origin, SectionName, Support
from warmline_schemas.memories import Outcome
from warmline_schemas.templates import Template

WANTED, WARNED = 1.0, 0.25
"""What a required section or a need counts, and a warning of what the template does not ask for."""
WARNINGS = (FindingCode.UNPROVEN_CLAIM, FindingCode.UNANSWERED_QUESTION, FindingCode.LAST_ACTION_FAILED)
QUOTED_WORDS = 12
GOALS = (SectionName.ASK, SectionName.EXPECTED_OUTCOME, SectionName.NEXT_STEPS)
KINDS = {
    SectionName.ASK: "what is wanted, as a memory of kind `goal` or in the customer's own words (role `user`)",
    SectionName.SEVERITY: "how bad it is, as a memory of kind `severity`, such as `SEV2: checkout is slow for all`",
    SectionName.IDENTIFIERS: "who it is about, as a slot, such as `account_id` = `ACC-4521`",
    SectionName.FACTS: "what is true now, as memories of kind `status`, or as slots",
    SectionName.FIGURES: "figures, as a memory of kind `metric`, such as `30/90 tests pass (33.3%)`",
    SectionName.DONE: "what is finished, as memories of kind `done`, or record the tool calls that did it",
    SectionName.FAILED: "what was tried and failed, as memories of kind `error` or `attempt`",
    SectionName.PROMISED: "what was promised, as a memory of kind `promise`, with who and by when",
    SectionName.DECIDED: "what was decided and why, as memories of kind `decision`",
    SectionName.OPEN_QUESTIONS: "what nobody has answered, as memories of kind `question`",
    SectionName.NEXT_STEPS: "what comes next, as memories of kind `todo`, or give the handoff a goal",
    SectionName.IF_THEN: "what to do if it gets worse, as a memory of kind `contingency`: `If …, then …`",
    SectionName.ENVIRONMENT: "commands and paths, as memories of kind `environment`, such as `Tests: pytest tests/api`",
    SectionName.EXPECTED_OUTCOME: "what counts as done, as a memory of kind `expected-outcome`",
    SectionName.SITUATION: "the background, as memories of kind `context`",
}
FORMS: Mapping[FindingCode, tuple[Callable[[str], bool], str]] = {
    FindingCode.NO_FIGURE: (
        has_figure,
        "No figure: remember one that makes progress visible, such as `30/90 tests pass (33.3%)`, kind `metric`.",
    ),
    FindingCode.NO_COMMAND: (
        has_command,
        "No command: remember how to run it, in backticks, such as `pytest tests/api`, kind `environment`.",
    ),
    FindingCode.NO_PATH: (
        has_path,
        "No path: remember the files that matter, such as `Key files: src/views.py`, kind `environment`.",
    ),
}


def assess(brief: Brief, template: Template, request: BriefRequest) -> BriefQuality:
    """What a brief lacks by its template, and its score.

    Wanted is each required section and each need of the template; each weighs 1. An unproven claim, an unanswered
    question and a failed last action, and a vague goal where one is given, weigh 0.25 where the template does not name
    them among its needs. The score is 1 − (weights of what was found) / (all weights); it passes from the bar on.
    """
    weights = _weights(template, request)
    found = [(_weight(finding, weights), finding) for finding in _findings(brief, template, request)]
    counted = {_key(finding): weight for weight, finding in found}
    total = sum(weights.values())
    score = round(1 - sum(counted.values()) / total, 3) if total else 1.0
    worst_first = [finding for _, finding in sorted(found, key=lambda entry: -entry[0])]
    return BriefQuality(score=score, bar=template.bar, passed=score >= template.bar, findings=worst_first)


Key = tuple[FindingCode, SectionName | None]


def _weights(template: Template, request: BriefRequest) -> dict[Key, float]:
    """What is looked at, and how much each counts."""
    weights: dict[Key, float] = {
        (FindingCode.MISSING_SECTION, section.name): WANTED for section in template.sections if section.required
    }
    warnings = [*WARNINGS, *([FindingCode.VAGUE_GOAL] if request.goal else [])]
    weights.update({(code, None): WARNED for code in warnings})
    weights.update({(code, None): WANTED for code in template.needs if code is not FindingCode.MISSING_SECTION})
    return weights


def _key(finding: Finding) -> Key:
    return finding.code, finding.section if finding.code is FindingCode.MISSING_SECTION else None


def _weight(finding: Finding, weights: Mapping[Key, float]) -> float:
    return weights[_key(finding)]


def _findings(brief: Brief, template: Template, request: BriefRequest) -> Iterable[Finding]:
    yield from _missing(brief, template)
    yield from _formless(brief, template)
    yield from _vague(brief, template, request)
    yield from _unproven(brief)
    yield from _unanswered(brief)
    yield from _failed(brief)


def _missing(brief: Brief, template: Template) -> Iterable[Finding]:
    # The goal of the request does not make up for an ask that nobody stated.
    told = {
        section.name
        for section in brief.sections
        if any(
            line.origin is not Origin.REQUEST or line.edited or section.name is not SectionName.ASK
            for line in section.lines
        )
    }
    for section in template.sections:
        if section.required and section.name not in told:
            fix = KINDS.get(section.name, f"what belongs there, under the heading `{section.title}`")
            message = f"{section.title} is missing: remember {fix}."
            yield Finding(code=FindingCode.MISSING_SECTION, section=section.name, message=message)


def _formless(brief: Brief, template: Template) -> Iterable[Finding]:
    texts = [f"{line.label or ''}: {line.text}" for section in brief.sections for line in section.lines]
    for code in template.needs:
        if code in FORMS:
            holds, message = FORMS[code]
            if not any(map(holds, texts)):
                yield Finding(code=code, message=message)


def _vague(brief: Brief, template: Template, request: BriefRequest) -> Iterable[Finding]:
    """The goal of the request, or where it has none what the brief says is wanted; one that can be checked does."""
    if FindingCode.VAGUE_GOAL not in template.needs and not request.goal:
        return
    goals = [request.goal] if request.goal else [line.text for line in _lines(brief, GOALS)]
    if not goals:
        message = "No goal: give the handoff one that can be checked, such as `45 of 90 tests pass`."
        yield Finding(code=FindingCode.VAGUE_GOAL, message=message)
    elif all(map(is_vague, goals)):
        quoted = clip(goals[0], QUOTED_WORDS)
        message = f"The goal is vague (“{quoted}”): say what will be true, with a figure, a name or a date."
        yield Finding(code=FindingCode.VAGUE_GOAL, section=SectionName.NEXT_STEPS, message=message)


def _unproven(brief: Brief) -> Iterable[Finding]:
    claims = [line for line in _lines(brief, (SectionName.DONE,)) if _is_unproven(line)]
    if claims:
        fix = "record the tool call with its result, or with outcome `confirmed` or `failed`"
        yield _about(FindingCode.UNPROVEN_CLAIM, SectionName.DONE, "Nothing proves", claims, fix)


def _unanswered(brief: Brief) -> Iterable[Finding]:
    questions = _lines(brief, (SectionName.OPEN_QUESTIONS,))
    if questions:
        fix = "remember the answer, or ask before handing over"
        yield _about(FindingCode.UNANSWERED_QUESTION, SectionName.OPEN_QUESTIONS, "Unanswered is", questions, fix)


def _failed(brief: Brief) -> Iterable[Finding]:
    if brief.actions and brief.actions[-1].outcome is Outcome.FAILED:
        name = brief.actions[-1].name
        message = f"The last action, {name}, failed: remember what stands in the way (kind `blocker`), or try it again."
        yield Finding(code=FindingCode.LAST_ACTION_FAILED, section=SectionName.FAILED, message=message)


def _about(code: FindingCode, section: SectionName, what: str, lines: Sequence[BriefLine], fix: str) -> Finding:
    first = f"{lines[0].label}: {lines[0].text}" if lines[0].label else lines[0].text
    others = f" and {len(lines) - 1} more" if len(lines) > 1 else ""
    return Finding(code=code, section=section, message=f"{what} “{clip(first, QUOTED_WORDS)}”{others}: {fix}.")


def _is_unproven(line: BriefLine) -> bool:
    """Whether a deed was not confirmed, or only the agent says that it was done."""
    return line.outcome in (Outcome.REQUESTED, Outcome.UNKNOWN) or line.support is Support.UNSUPPORTED


def _lines(brief: Brief, names: Sequence[SectionName]) -> list[BriefLine]:
    return [line for name in names for section in brief.sections if section.name is name for line in section.lines]
