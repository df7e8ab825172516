"""Quality: how much of what its template wants a brief holds, how far it can be trusted, and what to do about it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from uuid import UUID

from warmline_memory.briefs import wording
from warmline_memory.briefs.goals import is_vague
from warmline_memory.briefs.quoting import TOLD
from warmline_memory.briefs.sources import BriefRequest
from warmline_memory.briefs.spoken import FILLER, Spoken, stems_of
from warmline_memory.language.detecting import language_of
from warmline_memory.language.shapes import has_command, has_figure, has_path
from warmline_memory.language.words import clip, contains
from warmline_memory.reading.notes import KINDS
from warmline_schemas.briefs import Brief, BriefLine, BriefQuality, Finding, FindingCode, Origin, SectionName, Support
from warmline_schemas.memories import Outcome
from warmline_schemas.templates import Template

WANTED, WARNED = 1.0, 0.25
"""What a required section or a need of the template counts, and a warning of what it does not ask for."""
LOST = 0.5
"""What it counts that nothing of what is needed is told, or proved; a part of it counts its share."""
LOOKED_AT = (FindingCode.UNPROVEN_CLAIM, FindingCode.UNANSWERED_QUESTION, FindingCode.LAST_ACTION_FAILED)
"""Warnings that every brief is looked at for; the others count only where they are found."""
UNREAD = (FindingCode.NOTHING_FOUND, FindingCode.LEFT_OUT, FindingCode.UNREAD_LANGUAGE)
"""What only whoever read the session knows. A brief that is looked at again later keeps these findings."""
QUOTED_WORDS, WHICH_WORDS, MOST_NAMED = 12, 8, 3
NEEDED = 0.5
"""From a half on the model finds it likelier than not that a receiver needs a statement."""
GOALS = (SectionName.ASK, SectionName.EXPECTED_OUTCOME, SectionName.NEXT_STEPS)
SHAPES: Mapping[FindingCode, Callable[[str], bool]] = {
    FindingCode.NO_FIGURE: has_figure,
    FindingCode.NO_COMMAND: has_command,
    FindingCode.NO_PATH: has_path,
}
OTHER_FORMS = {
    SectionName.IDENTIFIERS: "`slot: account_id`",
    SectionName.SAID: "`role: user`",
    SectionName.ALSO_SAID: "`role: user`",
}
"""How to remember what belongs into a section that no kind of memory is of."""
READ = frozenset({"ar", "de", "en", "es", "fr", "id", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh"})
"""The languages in which the sentence encoder knows what is said: eight sentences were .75 to .83 like their English
ones, and each the likest of all. In 14 others it was .07 to .46, and up to seven were another's."""
MOST_HEARD = 1_000
"""The language of each speaker is told by so many of the last characters of what they said."""


def assess(
    brief: Brief, template: Template, request: BriefRequest, spoken: Sequence[Spoken] | None = None
) -> BriefQuality:
    """What a brief lacks by its template, what of it nobody proved, and its score.

    Wanted is each required section and each need of the template; each weighs 1. Warnings weigh less, where the
    template does not name them among its needs. The score is 1 - (weights of what was found) / (weights of what is
    looked at), at least 0; it passes from the bar on. ``spoken`` is all that was said, where the brief was written just
    now; of a brief that was changed since, the findings that rest on it stay as they are.
    """
    findings = _Findings(brief, template, request).all(spoken)
    total = _looked_at(template, request)
    taken = sum({(one.code, one.section, one.message): one.weighs for one in findings}.values())
    score = round(max(0.0, 1 - taken / total), 3)
    worst_first = sorted(findings, key=lambda one: -one.weighs)
    return BriefQuality(score=score, bar=template.bar, passed=score >= template.bar, findings=worst_first)


def _looked_at(template: Template, request: BriefRequest) -> float:
    needs = set(template.needs) - {FindingCode.MISSING_SECTION}
    warnings = {*LOOKED_AT, *([FindingCode.VAGUE_GOAL] if request.goal else [])} - needs
    required = sum(section.required for section in template.sections)
    return WANTED * (required + len(needs)) + WARNED * len(warnings)


class _Findings:
    """What is wrong with a brief, in its language: for the agent that can remember more, and for who reads it."""

    def __init__(self, brief: Brief, template: Template, request: BriefRequest) -> None:
        self._brief, self._template, self._request = brief, template, request
        self._words = wording.of(brief.language)
        self._lines = [line for section in brief.sections for line in section.lines]

    def all(self, spoken: Sequence[Spoken] | None) -> list[Finding]:
        """Every finding, in the order in which they are looked for."""
        found = [*self._missing(), *self._formless(), *self._vague(), *self._unproven(), *self._of_account()]
        found += [*self._unanswered(), *self._failed()]
        if spoken is not None:
            return [*found, *self._nothing(spoken), *self._left_out(spoken), *self._unread(spoken)]
        kept = self._brief.quality.findings if self._brief.quality else []
        return [*found, *(one for one in kept if one.code in UNREAD and not self._is_made_good(one))]

    def _is_made_good(self, finding: Finding) -> bool:
        """Whether somebody wrote into a brief of nothing what it is about."""
        return finding.code is FindingCode.NOTHING_FOUND and self._tells_more_than_quotes()

    def _missing(self) -> Iterable[Finding]:
        # The goal of the request does not make up for an ask that nobody stated.
        told = {
            section.name
            for section in self._brief.sections
            if any(
                line.origin is not Origin.REQUEST or line.edited or section.name is not SectionName.ASK
                for line in section.lines
            )
        }
        for section in self._template.sections:
            if section.required and section.name not in told:
                title = self._words.heading(self._template, section.name)
                form = OTHER_FORMS.get(section.name) or f"`kind: {KINDS[section.name][0]}`"
                yield self._finding(FindingCode.MISSING_SECTION, WANTED, section.name, title=title, form=form)

    def _formless(self) -> Iterable[Finding]:
        texts = [f"{line.label or ''}: {line.text}" for line in self._lines]
        for code in self._template.needs:
            if code in SHAPES and not any(map(SHAPES[code], texts)):
                yield self._finding(code)

    def _vague(self) -> Iterable[Finding]:
        """The goal of the request, or where it has none what the brief says is wanted; one that can be checked does."""
        if FindingCode.VAGUE_GOAL not in self._template.needs and not self._request.goal:
            return
        goals = [self._request.goal] if self._request.goal else [line.text for line in self._of(*GOALS)]
        if not goals:
            yield self._finding(FindingCode.VAGUE_GOAL, text="no_goal")
        elif all(map(is_vague, goals)):
            quote = clip(goals[0], QUOTED_WORDS)
            yield self._finding(FindingCode.VAGUE_GOAL, section=SectionName.NEXT_STEPS, quote=quote)

    def _unproven(self) -> Iterable[Finding]:
        # The entries of an account have findings of their own.
        unsure = (Outcome.REQUESTED, Outcome.UNKNOWN)
        claims = [line for line in self._of(SectionName.DONE) if line.outcome in unsure and line.support is None]
        yield from self._about(FindingCode.UNPROVEN_CLAIM, SectionName.DONE, claims)

    def _of_account(self) -> Iterable[Finding]:
        """Of entries that only the agent stands for, one finding for all; of each that the record denies, its own."""
        entries = [line for line in self._lines if line.support is not None]
        alone = [line for line in entries if line.support is Support.UNSUPPORTED]
        yield from self._about(
            FindingCode.UNSUPPORTED_CLAIM, None, alone, LOST * len(alone) / len(entries) if entries else 0
        )
        for line in entries:
            if line.support is Support.CONTRADICTED:
                yield from self._about(
                    FindingCode.CONTRADICTED_CLAIM, None, [line], against=clip(line.against or "?", QUOTED_WORDS)
                )

    def _unanswered(self) -> Iterable[Finding]:
        section = SectionName.OPEN_QUESTIONS
        yield from self._about(FindingCode.UNANSWERED_QUESTION, section, self._of(section))

    def _failed(self) -> Iterable[Finding]:
        actions = self._brief.actions
        if actions and actions[-1].outcome is Outcome.FAILED:
            name = actions[-1].name
            yield self._finding(FindingCode.LAST_ACTION_FAILED, section=SectionName.FAILED, action=name)

    def _nothing(self, spoken: Sequence[Spoken]) -> Iterable[Finding]:
        # `Thanks` counts as nothing too where it answers a question, such as how somebody is.
        empty = (one.is_filler or one.weights.filler >= FILLER for one in spoken if self._quotes(one))
        if not self._tells_more_than_quotes() and all(empty):
            yield self._finding(FindingCode.NOTHING_FOUND, WANTED)

    def _left_out(self, spoken: Sequence[Spoken]) -> Iterable[Finding]:
        """What the model weighs as needed, less what of its words the brief tells, and the brief does not quote."""
        told = stems_of(self._brief.text)
        needed = [one for one in spoken if one.weights.keep >= NEEDED]
        out = [one for one in needed if not self._quotes(one) and _needed_beside(one, told) >= NEEDED]
        if out:
            heaviest = sorted(out, key=lambda one: -one.weights.keep)[:MOST_NAMED]
            named = [clip(one.plain, WHICH_WORDS) for one in out if one in heaviest]
            which = "; ".join([*named, *(["…"] if len(out) > MOST_NAMED else [])])
            weighs = LOST * sum(one.weights.keep for one in out) / sum(one.weights.keep for one in needed)
            ids = list(dict.fromkeys(one.said.memory.id for one in out))
            yield self._finding(FindingCode.LEFT_OUT, weighs, memory_ids=ids, count=len(out), which=which)

    def _unread(self, spoken: Sequence[Spoken]) -> Iterable[Finding]:
        said: dict[str, list[str]] = {}
        for one in spoken:
            said.setdefault(one.said.by, []).append(one.statement.text)
        # One sentence alone is too little to tell a language by: `good day mate` is taken for Interlingua.
        told = {by: language_of(" ".join(texts)[-MOST_HEARD:]) for by, texts in said.items()}
        strange = {by: language for by, language in told.items() if language not in (None, *READ)}
        if strange:
            weighs = LOST * sum(len(said[by]) for by in strange) / len(spoken)
            language = ", ".join(sorted(set(map(str, strange.values()))))
            yield self._finding(FindingCode.UNREAD_LANGUAGE, weighs, language=language)

    def _tells_more_than_quotes(self) -> bool:
        return any(line.origin not in (Origin.REQUEST, Origin.QUOTE) for line in self._lines)

    def _quotes(self, one: Spoken) -> bool:
        return contains(self._brief.text, one.plain)

    def _of(self, *names: SectionName) -> list[BriefLine]:
        return [line for name in names for one in self._brief.sections if one.name is name for line in one.lines]

    def _about(
        self,
        code: FindingCode,
        section: SectionName | None,
        lines: Sequence[BriefLine],
        weighs: float = WARNED,
        against: str = "",
    ) -> Iterable[Finding]:
        """A finding about lines, which quotes the first and counts the others."""
        if lines:
            first = f"{lines[0].label}: {lines[0].text}" if lines[0].label else lines[0].text
            others = f" (+{len(lines) - 1})" if len(lines) > 1 else ""
            quote = f"{clip(first, QUOTED_WORDS)}{others}"
            yield self._finding(code, weighs, section, quote=quote, against=against)

    def _finding(
        self,
        code: FindingCode,
        weighs: float = WARNED,
        section: SectionName | None = None,
        *,
        text: str = "",
        memory_ids: Sequence[UUID] = (),
        **values: object,
    ) -> Finding:
        return Finding(
            code=code,
            section=section,
            message=self._words.finding(text or code, for_agent=True, **values),
            for_reader=self._words.finding(text or code, for_agent=False, **values),
            weighs=round(max(weighs, WANTED if code in self._template.needs else 0.0), 3),
            memory_ids=list(memory_ids),
        )


def _needed_beside(one: Spoken, told: frozenset[str]) -> float:
    """How much a statement is needed where these words are told already; nothing where all of its own are, and all of
    it where a number is not, for no other word stands for that."""
    stems = stems_of(one.statement.text)
    out = stems - told
    new = 1.0 if any(map(str.isdigit, out)) else len(out) / len(stems) if stems else 0.0
    return one.weights.keep * (TOLD + (1 - TOLD) * new) if new else 0.0
