"""Sorting: the section that a note belongs to, by its kind, its heading or label, or what it says."""

import re

from warmline_memory.language.shapes import RATE, has_command, has_figure, has_path, has_rate
from warmline_memory.reading import owing
from warmline_schemas.briefs import SectionName

# Words that coding agents, on-call notes and shift sheets use as kinds and headings of their notes. The first pattern
# that fits decides, so narrow ones stand before wide ones: `acceptance criteria` before `request`.
KINDS = (
    (re.compile(r"^(?:severity|priority|urgency|impact|alert)"), SectionName.SEVERITY),
    (re.compile(r"^(?:contingency|if.?then|fallback|what.?if)"), SectionName.IF_THEN),
    (re.compile(r"^(?:expected|acceptance|outcome|definition|success)"), SectionName.EXPECTED_OUTCOME),
    (re.compile(r"^(?:figure|metric|measure|count|coverage|pass.?rate|test.?result)"), SectionName.FIGURES),
    (re.compile(r"^(?:environment|command|file|path|link|url|tool|setup)"), SectionName.ENVIRONMENT),
    (
        re.compile(r"^(?:decision|decided|design|rationale|constraint|convention|approach|strategy)"),
        SectionName.DECIDED,
    ),
    (re.compile(r"^(?:promise|commitment)"), SectionName.PROMISED),
    (re.compile(r"^(?:todo|next|task|plan|follow|step)"), SectionName.NEXT_STEPS),
    (re.compile(r"^(?:question|open|unknown|risk)"), SectionName.OPEN_QUESTIONS),
    (re.compile(r"^(?:error|fail|blocker|dead.?end|attempt|tried)"), SectionName.FAILED),
    (re.compile(r"^(?:done|achievement|accomplish|progress|result|change)"), SectionName.DONE),
    (re.compile(r"^(?:goal|request|ask|issue|problem|complaint|incident|bug)"), SectionName.ASK),
    (re.compile(r"^(?:fact|context|preference|profile|status)"), SectionName.FACTS),
)
GOAL = re.compile(r"^(?:goal|request|ask)")
GRADE = re.compile(r"^(?:SEV[- ]?\d|P[0-4])$", re.I)
REPORT = re.compile(r"^(?:issue|problem|complaint|incident|bug)")
"""Kinds of notes that report what is wrong: the ask only where nobody asks in words of their own."""
HEADINGS = (
    (re.compile(r"\b(?:severity|priority|impact|urgency)\b", re.I), SectionName.SEVERITY),
    (
        re.compile(
            r"\b(?:expected (?:outcome|result)s?|acceptance(?: criteria)?|success criteria|definition of done)\b", re.I
        ),
        SectionName.EXPECTED_OUTCOME,
    ),
    (re.compile(r"\b(?:contingenc\w+|what if|if .+ then|fallbacks?)\b", re.I), SectionName.IF_THEN),
    (
        re.compile(r"\b(?:do ?n.t redo|accomplish\w*|completed|done|built|finished|changes made|what was)\b", re.I),
        SectionName.DONE,
    ),
    (
        re.compile(r"\b(?:next|todo|to do|remaining|gaps?|focus|outstanding|plan|should focus)\b", re.I),
        SectionName.NEXT_STEPS,
    ),
    (re.compile(r"\b(?:decisions?|decided|constraints?|approach|conventions?)\b", re.I), SectionName.DECIDED),
    (
        re.compile(r"\b(?:failed|failures?|tried|dead ends?|blockers?|did not work|error types?)\b", re.I),
        SectionName.FAILED,
    ),
    (re.compile(r"\b(?:open questions?|questions?|unknowns?|risks?)\b", re.I), SectionName.OPEN_QUESTIONS),
    (
        re.compile(r"\b(?:metrics|figures|coverage|test results?|pass rate|verification)\b", re.I),
        SectionName.FIGURES,
    ),
    (re.compile(r"\b(?:environment|commands?|files?|paths?|setup|urls?|links?)\b", re.I), SectionName.ENVIRONMENT),
    (re.compile(r"\b(?:status|state|structure|includes)\b", re.I), SectionName.FACTS),
    (re.compile(r"\b(?:task|goal|objective|request)\b", re.I), SectionName.ASK),
    (re.compile(r"\b(?:context|background|summary)\b", re.I), SectionName.SITUATION),
)
# A condition with its consequence, in either order. Questions with `if` are none.
IF_THEN = re.compile(
    r"^(?:if|should (?:the|it|this|that|they|a|an|any|there|\w+ing)|in case(?: of| that)?|in the event)\b[^?]+"
    r"(?:,|\bthen\b)[^?]+$|^(?:restart|watch|monitor|call|page|wake|escalate|stop|start|switch|roll|fail|tell|ask|use|scale|drain|give)"
    r"\b[^?]*\b(?:if|in case|should it)\b[^?]+$",
    re.I,
)
# What follows a verb that is an order: an article, a pronoun, a preposition. It tells `Test the import` from `Test
# results` and `Fix released`.
OBJECT = (
    r"(?:the|a|an|all|each|every|this|that|these|those|it|its|them|with|for|to|on|in|from|up|out|off|why|whether|how|what"
    r"|into|at|by|our|your|their|any|both|one|more|another|only|no|some|\w+ing|`)(?=\W|$)"
)
# Rules for the future. A verb in the past, or one of knowing or having, makes a report of it: `never heard back`.
RULE = re.compile(
    r"^(?:always|never|do not|don't) "
    rf"(?!(?:know|have|see|think|understand|want|like|need|got|had|was|been|heard|came|\w+ed|\w+[^s]s)\b)\w+\b"
    rf"|^(?:use|keep|follow|avoid|prefer|stick) {OBJECT}",
    re.I,
)
STEP = re.compile(
    r"^(?:(?:first|then|also|please|finally)[, ]+)?(?!check (?:in|out)\b)"
    r"(?:take|make|start|begin|finish|try|test|write|implement|investigate"
    r"|refactor|document|decide|ensure|raise|increase|reduce|bring|clean|ask|tell|wait|watch|monitor|add|remove|fix"
    r"|check|verify|update|run|rerun|review|replace|move|merge|deploy|restart|restore|migrate|rename|split|read|look|find"
    r"|send|call|create|build|define|design|measure|compare|confirm|escalate|contact|handle|support|cover|freeze"
    rf"|delete|drop|extend|extract|port|publish|release|schedule|configure|enable|disable|resolve|continue) {OBJECT}"
    r"|^(?:ask|tell|call|remind) \w+ (?:to|whether|if|about|why|for)\b",
    re.I,
)
# A verb of stating near the beginning makes a statement of what looks like an order: `Test for imports failed`.
STATES = re.compile(
    r"\b(?:is|are|was|were|has|have|had|fails?|failed|did|does|timed|returns?|returned|shows?|showed|passed|passes|works|worked|broke|breaks)\b"
)
CLAUSE = re.compile(r"\b(?:why|whether|how|that|if|what|when|which|where|who|because|until)\b", re.I)
WORDS_BEFORE_THE_VERB = 5
# A sentence that begins with a verb in the past reports what its writer did.
DEED = re.compile(
    r"^(?:(?:we|i)(?: have|'ve)? )?(?:\d+\+? .{0,40}\bimplemented|(?:successfully )?"
    r"(?:added|booked|built|cancelled|closed|completed|configured|corrected|created|defined|deployed|disabled|enabled|fixed|implemented|informed|installed|issued"
    r"|merged|migrated|moved|notified|opened|published|raised|ran|refactored|refunded|released|removed|renamed|replaced"
    r"|reset|resolved|restarted|restored|reverted|reviewed|rolled back|scaled|sent|set up|setup|shipped|switched|tested"
    r"|updated|verified that|wrote))\b(?![- ](?:in\b|fail))",
    re.I,
)
IN_VAIN = re.compile(
    r"\b(?:tried|attempted)\b.*\b(?:but|without|still|in vain|did ?n.t|did not|no (?:luck|change|effect|difference))\b"
    r"|\b(?:to no avail|made no difference|had no effect|did not help|didn't help)\b",
    re.I,
)
EXPECTED = re.compile(
    r"\b(?:expected outcome|acceptance criteri\w+|definition of done|counts as done)\b|^done when\b", re.I
)
# Words that speak for a section wherever they stand in a sentence. The forms above are tried before them; of these
# the first that fits decides.
CUES = (
    (
        SectionName.FAILED,
        re.compile(
            r"\b(?:fail(?:s|ed|ing)|did not work|didn't work|does not work|without success|unable to"
            r"|cannot|could not|couldn't|dead end)\b|\berrors?\b(?=:| in\b| when\b| on\b| from\b)",
            re.I,
        ),
    ),
    (
        SectionName.DECIDED,
        re.compile(
            r"\b(?:decided|chose|agreed|opted|settled on|instead of|went with|by design|must use"
            r"|use \w+ for)\b|\bbecause\b",
            re.I,
        ),
    ),
    (
        SectionName.PROMISED,
        re.compile(r"\b(?:promised|committed to|will (?:call|send|refund|reply|get back|follow up))\b", re.I),
    ),
    (
        SectionName.NEXT_STEPS,
        re.compile(
            r"^(?:next\b|todo\b|to do\b|then\b|remaining\b|still (?:to|needs?)\b|implement\b|write\b"
            r"|investigate\b)|\b(?:next step|should (?:now|next)|needs?|has to be|remains to)\b",
            re.I,
        ),
    ),
    (
        SectionName.ASK,
        re.compile(
            r"^(?:needs?|wants?|asks?|requests?|demands?)\b|\b(?:customer|user|client|caller|patient"
            r"|guest|they|he|she)\b.{0,40}"
            r"\b(?:needs?|wants?|asks?|would like|requests?|demands?)\b",
            re.I,
        ),
    ),
    (
        SectionName.DONE,
        re.compile(r"\b(?:fully functional|is working|now works?|(?:has|have) been \w+ed|corrected|completed)\b", re.I),
    ),
)
LEVEL = re.compile(r"^(?:severity|priority|urgency|impact|sev)$")
FIGURE_LABEL = re.compile(
    r"\b(?:coverage|pass rate|test results?|results|metrics?|counts?|scores?|latency|error rate)\b"
)
PLACE_LABEL = re.compile(
    r"\b(?:commands?|branch|files?|paths?|folder|directory|repo|repository|urls?|links?|runbook|dashboard|environment"
    r"|tools?|host|port|version)$"
)


def by_kind(kind: str) -> SectionName | None:
    """The section of notes of this kind, if the kind says so."""
    return next((section for pattern, section in KINDS if pattern.match(kind)), None)


def is_goal(kind: str) -> bool:
    """Whether notes of this kind say what is wanted."""
    return GOAL.match(kind) is not None


def is_grade(label: str) -> bool:
    """Whether a label is a grade of severity, such as `SEV2`."""
    return GRADE.match(label) is not None


def is_level(label: str | None) -> bool:
    """Whether a value of this label says how bad something is."""
    return LEVEL.match(label or "") is not None


def by_heading(title: str) -> SectionName | None:
    """The section of what stands under a heading, or behind a label, if it says so."""
    return next((section for pattern, section in HEADINGS if pattern.search(title)), None)


def by_words(sentence: str) -> SectionName | None:
    """The section that a sentence speaks for by itself: what is to be done before what failed, since a step may name
    failing tests, and what was done before both."""
    return _by_its_form(sentence) or next((name for name, cue in CUES if cue.search(sentence)), None)


def finer(label: str | None, text: str) -> SectionName:
    """The section of a fact: severity, figures, environment, or no more than a fact."""
    name = label or ""
    if is_level(label):
        return SectionName.SEVERITY
    if has_rate(text) or FIGURE_LABEL.search(name):
        return SectionName.FIGURES
    if PLACE_LABEL.search(name) or has_command(text) or has_path(text):
        return SectionName.ENVIRONMENT
    return SectionName.FIGURES if label is None and has_figure(text) else SectionName.FACTS


def _by_its_form(sentence: str) -> SectionName | None:
    forms = (
        (SectionName.EXPECTED_OUTCOME, EXPECTED.search(sentence)),
        (SectionName.IF_THEN, IF_THEN.search(sentence)),
        (SectionName.DECIDED, RULE.match(sentence)),
        (SectionName.NEXT_STEPS, owing.is_owed(sentence) or (STEP.match(sentence) and not _states(sentence))),
        (SectionName.FAILED, IN_VAIN.search(sentence)),
        (SectionName.DONE, DEED.match(sentence)),
        (SectionName.FIGURES, RATE.search(sentence)),
    )
    return next((name for name, speaks in forms if speaks), None)


def _states(sentence: str) -> bool:
    """Whether what looks like an order is a statement: `Test the import` is one, `Test for imports failed` is none."""
    main = CLAUSE.split(sentence, maxsplit=1)[0]
    return STATES.search(" ".join(main.split()[1 : WORDS_BEFORE_THE_VERB + 1])) is not None
