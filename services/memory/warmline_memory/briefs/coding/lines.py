"""Lines: what the brief of a coding session tells, each where it belongs, within the words that its section has."""

import re
from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from warmline_memory.briefs.coding import commands, files, kinds, reports, repository, wishes
from warmline_memory.briefs.coding.commands import Purpose, Ran
from warmline_memory.briefs.coding.reports import Point
from warmline_memory.briefs.coding.working import Turn, turns
from warmline_memory.briefs.drafts import Draft
from warmline_memory.briefs.quoting import says_what_to_do_if
from warmline_memory.briefs.spoken import is_question
from warmline_memory.language import statements
from warmline_memory.language.statements import word_count as count
from warmline_memory.language.words import clip, content_words
from warmline_memory.reading.notes import Note, holds_a_plan, plan_steps
from warmline_memory.reading.record import Record, Said
from warmline_memory.reading.results import status_texts
from warmline_memory.reading.runs import writes_files
from warmline_schemas.briefs import BriefLine, Origin, SectionName
from warmline_schemas.memories import Outcome

# How many words each section has at most: a brief of 350 words can hold a working day.
WISH_WORDS, EARLIER_WORDS, STATE_WORDS = 70, 40, 46
DONE_WORDS, DECIDED_WORDS, NEXT_WORDS, RULE_WORDS, ENVIRONMENT_WORDS = 55, 75, 60, 70, 45
FIGURE_WORDS, FAILED_WORDS, OFFERED_WORDS, FORESEEN_WORDS = 55, 45, 40, 40
ON_THE_WAY = 80
"""So many of the agent's messages between its reports are read for reasons, the newest first."""
POINT_WORDS, NEWEST_REPORTS, REPORTS, LAST_TURNS = 24, 4, 8, 8
MOST_FILES, MOST_COMMITS, MOST_COMMANDS, MOST_TRIED, MOST_CALLS, MOST_SHARES = 16, 5, 6, 2, 2, 2
AFTER = 100.0
"""Lines without a place in time stand before this place, in the order of their weights."""
FEW_WORDS, OUTCOME_WORDS, SAME_SHARE = 12, 30, 0.7
STOPS = ".。!！"
AFTER_NUMBER = re.compile(r"(?<=[a-z] \d\.)\s+(?=[A-ZÀ-Þ])|(?<=[a-z] \d\d\.)\s+(?=[A-ZÀ-Þ])")
# How agents begin an offer, which is no plan for a case: `If you want, I can also …`. For each language of which a
# condition is known (`quoting.CONDITIONS`) its `if` with `you` and the common verbs of wanting; and a French `please`.
OFFERS = re.compile(
    r"(?:if you(?:['’]d)? (?:want|like|prefer|wish|need)|(?:wenn|falls) (?:du|sie|ihr) (?:w[io]ll|wünsch|möcht|mag)"
    r"|si (?:quieres|prefieres|lo desea|tu (?:le )?(?:veux|souhaites|préfères))"
    r"|si vous (?:le )?(?:voulez|souhaitez|préférez)|s['’]il (?:vous|te) plaît"
    r"|se (?:vuoi|vuole|preferisci|desideri|quiser|preferir)|caso (?:queira|deseje|prefira)"
    r"|(?:als|indien) (?:je|jij|u) (?:(?:dat|het) )?(?:wil|wenst)|jeśli (?:chce|woli|sobie życz)"
    r"|если (?:\w+ )?(?:хо[тч]|желае)|eğer (?:isterse|diler|tercih)|(?:अगर|यदि) (?:आप|तुम) चाह"
    r"|إذا (?:أردت|كنت (?:تريد|ترغب)|رغبت|شئت|أحببت)|(?:如果|若)[你您](?:想|需要|愿意|希望|喜欢)"
    r"|もし(?:よけ|宜し|よろし|ご?希望|お望み)|만약 ?원하)",
    re.I,
)
KEEPS_A_COMMAND = (Purpose.TESTS, Purpose.LINT, Purpose.BUILD, Purpose.RUN, Purpose.INSTALL)
TELLS_A_FIGURE = (Purpose.TESTS, Purpose.LINT, Purpose.BUILD, Purpose.RUN)


def lines(record: Record, git: object = None) -> list[Draft]:
    """What the record of a coding session says. Plans are told by their open steps alone. ``git`` is what the session's
    metadata say of where the code is."""
    session = _Session(record, git)
    return [
        *session.wishes(),
        *session.state(),
        *repository.lines(git),
        *session.foreseen(),
        *session.figures(),
        *session.files(),
        *session.other_calls(),
        *session.next_steps(),
        *session.outcome(),
        *session.reported(),
        *list(session.tried())[-MOST_TRIED:],
        *session.rules(),
        *session.failures(),
        *session.environment(),
    ]


class _Session:
    """A session that is being told; what stands in the brief already is not said again."""

    def __init__(self, record: Record, git: object) -> None:
        self.record, self.git = record, git
        self.turns = turns(record)
        self.folder = files.folder_of(record.calls, [one.text for one in record.said])
        self.runs = commands.ran(record.calls, self.folder)
        self.broken = commands.broken(self.runs, [call for turn in self.turns[-2:] for call in turn.calls])
        self.failing = [run for run in self.broken if run.purpose in commands.CHECKS]
        self.changed = files.changed(record.calls, self.folder)
        self.open_steps = self._open_steps()
        self.wanted = self._wanted()
        self.offered = self._offered()
        self.contradicted = self._contradicted()
        self._told: list[set[str]] = []

    def wishes(self) -> Iterator[Draft]:
        """The wish that is open, in the person's words."""
        left = WISH_WORDS
        for number, said in enumerate(reversed(self.wanted)):
            text = clip(wishes.plain(said.text), left)
            left -= count(text)
            if left > 0 or number == 0:
                yield self._quote(SectionName.ASK, said, text, 30.0 - number)
        opening = next((turn.person for turn in self.turns if turn.person), None)
        if opening and opening not in self.wanted and not wishes.is_pasted(opening.text):
            text = clip(wishes.plain(opening.text), EARLIER_WORDS)
            yield self._quote(SectionName.SITUATION, opening, text, 9.0)

    def state(self) -> Iterator[Draft]:
        """Where the work stands: the agent's last word, what git said, and whether anything is open."""
        last = self.turns[-1] if self.turns else None
        if last is None or not last.agent:
            return
        final = last.agent[-1]
        stands = _sentences(reports.opening(final, STATE_WORDS, self.offered))
        said = clip(" ".join(one for one in stands if not _is_foreseen(one)), STATE_WORDS)
        if said:
            self._told += [_words(one) for one in wishes.sentences(said)]
            yield self._quote(SectionName.FACTS, final, said, 20.0)
        ids = [final.memory.id]
        if not (self.open_steps or self.broken or self.contradicted) and _ends(last) and reports.claims_complete(final):
            yield self._line(SectionName.FACTS, "Complete by the agent's word; no step is open.", ids, 19.0)
        for run in reversed(self.runs):
            if run.command.startswith("git status") and "working tree clean" in run.call.output:
                yield self._line(SectionName.FACTS, "git: working tree clean", [run.call.memory_id], 18.0)
                break

    def foreseen(self) -> Iterator[Draft]:
        """What the agent says to do if something happens, the newest first."""
        said = [one for turn in reversed(self.turns[-LAST_TURNS:]) for one in reversed(turn.agent)][:REPORTS]
        told = [(one, text) for one in said for text in _sentences(wishes.plain(one.text)) if _is_foreseen(text)]
        self._told += [_words(text) for _, text in told]
        drafts = [self._quote(SectionName.IF_THEN, one, clip(text, POINT_WORDS), 11.0) for one, text in told]
        return _within(drafts, FORESEEN_WORDS)

    def figures(self) -> Iterator[Draft]:
        """The newest figures of each command that tests, checks, builds or runs something."""
        telling = [run for run in self.runs if run.purpose in TELLS_A_FIGURE and run.said and run not in self.broken]
        drafts = [self._run(SectionName.FIGURES, run, 15.0) for run in telling]
        shares = [(run, share) for run in self.broken if (share := commands.share_passed(run))]
        for run, share in shares[-MOST_SHARES:]:
            line = BriefLine(label=run.command, text=share, memory_ids=[run.call.memory_id])
            drafts.append(Draft(SectionName.FIGURES, line, 16.0, AFTER + run.call.position))
        return _within(sorted(drafts, key=lambda one: -one.weight), FIGURE_WORDS)

    def files(self) -> Iterator[Draft]:
        """The commits, and the files by what was done to them."""
        made = [one for one in commands.commits(self.record.calls) if not repository.has_commit(self.git, one[0])]
        for sha, subject, call in made[-MOST_COMMITS:]:
            yield self._line(SectionName.DONE, f"`{sha}` {clip(subject, 14)}", [call.memory_id], 16.0, label="commit")
        left = MOST_FILES
        for verb, named in self.changed.items():
            shown = list(named)[:left]
            left -= len(shown)
            more = f" (+{len(named) - len(shown)})" if len(named) > len(shown) else ""
            if shown:
                ids = list(dict.fromkeys(memory_id for name in shown for memory_id in named[name]))
                text = f"{', '.join(shown)}{more}"
                yield self._line(SectionName.DONE, text, ids, 15.0, label=verb)

    def other_calls(self) -> Iterator[Draft]:
        """What other tools changed since the person's last words, where they say so in a few words."""
        calls = self.turns[-1].calls if self.turns else []
        own = [call for call in calls if not (call.command or writes_files(call) or holds_a_plan(call))]
        for call in [call for call in own if call.changes and call.outcome is not Outcome.FAILED][-MOST_CALLS:]:
            said = "; ".join(status_texts(call.result))
            if 0 < count(said) <= FEW_WORDS:
                yield self._line(SectionName.DONE, said, [call.memory_id], 11.0, label=call.spoken)

    def reported(self) -> Iterator[Draft]:
        """What the agent itself reported, newest first: what it did, how and why, and how to run it. That all is well
        is not among it while a check fails."""
        found: dict[SectionName, list[Draft]] = {}
        is_doubtful = self.failing or self.contradicted
        points = [one for one in self._points(NEWEST_REPORTS) if not (is_doubtful and one.kind == kinds.PASSING)]
        for number, point in enumerate(points):
            section = reports.section_of(point)
            if section in (SectionName.DONE, SectionName.DECIDED, SectionName.FIGURES, SectionName.NEXT_STEPS):
                text = clip(self._in_words(point), POINT_WORDS)
                if text and not self._is_told(text) and not self._is_stale(text):
                    found.setdefault(section, []).append(self._quote(section, point.said, text, 8.0 - number / 1e3))
                    self._told.append(_words(text))
        for section, most in (
            (SectionName.DECIDED, DECIDED_WORDS),
            (SectionName.DONE, DONE_WORDS),
            (SectionName.FIGURES, FIGURE_WORDS // 2),
            (SectionName.NEXT_STEPS, OFFERED_WORDS),
        ):
            yield from _within(found.get(section, []), most)

    def rules(self) -> Iterator[Draft]:
        """The person's rules, in their words."""
        told = " ".join(wishes.plain(said.text) for said in self.wanted if count(said.text) <= WISH_WORDS)
        found = wishes.rules(self.turns, told)
        drafts = [self._quote(SectionName.RULES, said, clip(text, 30), 12.0) for said, text in found]
        return _within(drafts, RULE_WORDS)

    def tried(self) -> Iterator[Draft]:
        """What failed on the way, and what was done in its place."""
        failed = [(at, one) for at, one in enumerate(self.runs) if commands.has_failed(one)]
        for place, run in failed:
            later = (one for one in self.runs[place + 1 :] if _is_alike(one, run))
            instead = next((one for one in later if not commands.has_failed(one)), None)
            if run.purpose in KEEPS_A_COMMAND and instead:
                said = clip(run.said if run.said != commands.OK else run.call.output, 12)
                ids = [run.call.memory_id, instead.call.memory_id]
                text = f"`{run.command}` failed{f' ({said})' if said else ''}; `{instead.command}` works"
                yield self._line(SectionName.DECIDED, text, ids, 7.0, label="tried")

    def next_steps(self) -> Iterator[Draft]:
        """The open steps of the newest plan, and what the agent offered to do."""
        self._told += [_words(note.text) for note in self.open_steps]
        drafts = [
            self._line(SectionName.NEXT_STEPS, clip(note.text, POINT_WORDS), list(note.memory_ids), 14.0)
            for note in self.open_steps
        ]
        last = self.turns[-1] if self.turns else None
        if last and self.offered:
            drafts.append(self._quote(SectionName.NEXT_STEPS, last.agent[-1], clip(self.offered, POINT_WORDS), 13.0))
            self._told.append(_words(self.offered))
        if last and last.person and not last.agent and not last.calls:
            text = "Nobody has begun with the last wish."
            drafts.append(self._line(SectionName.NEXT_STEPS, text, [last.person.memory.id], 15.0))
        return _within(drafts, NEXT_WORDS)

    def outcome(self) -> Iterator[Draft]:
        """What the person wants to see measured in the end, by a number in an open wish."""
        for said in reversed(self.wanted):
            measured = [one for one in wishes.sentences(wishes.plain(said.text)) if wishes.MEASURED.search(one)]
            if measured:
                yield self._quote(SectionName.EXPECTED_OUTCOME, said, clip(measured[-1], OUTCOME_WORDS), 12.0)
                return

    def failures(self) -> Iterator[Draft]:
        """What is broken, with its evidence; what the agent says against the record; and what failed on the way."""
        drafts = [self._run(SectionName.FAILED, run, 15.0) for run in self.broken]
        if self.contradicted:
            final, claim, run = self.contradicted
            said = clip(claim, FEW_WORDS).rstrip(STOPS)
            text = f"says “{said}”; the last `{run.command}` says: {run.said or 'failed'}"
            ids = [final.memory.id, run.call.memory_id]
            drafts.insert(0, self._line(SectionName.FAILED, text, ids, 18.0, label="agent"))
        return _within(drafts, FAILED_WORDS)

    def environment(self) -> Iterator[Draft]:
        """The commands that work, as they were typed, and what the agent says of how to run it."""
        works = [run for run in self.runs if run.purpose in KEEPS_A_COMMAND and commands.was_run(run)]
        for purpose in KEEPS_A_COMMAND:
            shown = [run for run in works if run.purpose is purpose][-MOST_COMMANDS // 2 :]
            if shown:
                text = ", ".join(f"`{run.command}`" for run in shown)
                ids = [run.call.memory_id for run in shown]
                yield self._line(SectionName.ENVIRONMENT, text, ids, 12.0, label=purpose)
        points = [one for one in self._points(REPORTS) if reports.section_of(one) is SectionName.ENVIRONMENT]
        texts = [(one, clip(self._in_words(one), POINT_WORDS)) for one in points]
        drafts = [
            self._quote(SectionName.ENVIRONMENT, one.said, text, 8.0)
            for one, text in texts
            if text and not self._is_stale(text) and not self._is_told(text)
        ]
        yield from _within(drafts, ENVIRONMENT_WORDS)

    def _points(self, most: int) -> list[Point]:
        """The points of the agent's newest reports, the newest first, and the reasons that it gave on the way."""
        said = [one for turn in self.turns[-LAST_TURNS:] for one in turn.agent]
        finals = [turn.agent[-1] for turn in self.turns[-LAST_TURNS:] if turn.agent]
        summing = [one for one in said if reports.is_report(one) or one in finals][-most:]
        found = [point for one in reversed(summing) for point in reports.points(one)]
        on_the_way = [one for one in reversed(said) if one not in summing][:ON_THE_WAY]
        reasons = reports.with_kinds([point for one in on_the_way for point in reports.points(one)], is_over=True)
        return reports.with_kinds(found) + [one for one in reasons if one.kind in (kinds.TRIED, kinds.CHOSEN)]

    def _open_steps(self) -> list[Note]:
        """The steps that are open: of the newest plan, and of notes."""
        plans = [call for call in self.record.calls if holds_a_plan(call)]
        older = {call.memory_id for call in plans[:-1]}
        notes = (note for note in self.record.notes if note.section is SectionName.NEXT_STEPS)
        return [note for note in notes if not older & set(note.memory_ids)]

    def _wanted(self) -> list[Said]:
        """The wishes that are open: the last one, and the one that the plan was made for while a step of it is open."""
        last = wishes.wanted(self.turns)
        texts = {note.text for note in self.open_steps}
        for turn in self.turns if texts else ():
            plans = [step for call in turn.calls for step in plan_steps(call)]
            if turn.person and texts & set(plans) and not wishes.is_pasted(turn.person.text):
                return last if turn.person in last else [turn.person, *last]
        return last

    def _offered(self) -> str:
        """What the agent asks, or is about to do, with its last words; empty where it does neither."""
        last = self.turns[-1] if self.turns else None
        return reports.offer(last.agent[-1]) if last and last.agent and _ends(last) else ""

    def _contradicted(self) -> tuple[Said, str, Ran] | None:
        """What the agent says at last of its tests, and the run that says otherwise: one that failed, or the newest of
        those that tell fewer."""
        final = self.turns[-1].agent[-1] if self.turns and self.turns[-1].agent else None
        claims = reports.claims_passing(final) if final else []
        if not final or not claims:
            return None
        if self.failing:
            return final, claims[0], self.failing[-1]
        tested = commands.tests(self.record.calls, self.folder)
        return next(((final, claim, tested[-1]) for claim in claims if commands.outdoes(claim, tested)), None)

    def _in_words(self, point: Point) -> str:
        """A point with the heading that it needs to be understood, and without the folder of the work."""
        text = point.text.replace(f"{self.folder}/", "") if self.folder else point.text
        return f"{point.heading}: {text}" if point.heading and count(text) <= 5 else text

    def _is_told(self, text: str) -> bool:
        """Whether most words of a text stand together in the brief already."""
        words = _words(text)
        return any(words and len(words & told) >= SAME_SHARE * len(words) for told in self._told)

    def _is_stale(self, text: str) -> bool:
        """Whether a text is about a file that is gone, and about no other."""
        gone = [name for name in self.changed[files.DELETED] if name in text]
        kept = (*self.changed[files.WROTE], *self.changed[files.EDITED])
        return bool(gone) and not any(name in text for name in kept) and "delet" not in text.casefold()

    def _run(self, section: SectionName, run: Ran, weight: float) -> Draft:
        text = run.said or run.outcome.value
        outcome = run.outcome if run.outcome is Outcome.FAILED else None
        line = BriefLine(label=run.command, text=text, outcome=outcome, memory_ids=[run.call.memory_id], was=run.was)
        return Draft(section, line, weight + run.call.position / 1e6, AFTER + run.call.position)

    def _line(
        self, section: SectionName, text: str, ids: Sequence[UUID], weight: float, label: str | None = None
    ) -> Draft:
        line = BriefLine(label=label, text=text, memory_ids=list(ids))
        return Draft(section, line, weight, AFTER - weight)

    def _quote(self, section: SectionName, said: Said, text: str, weight: float) -> Draft:
        line = BriefLine(text=text, memory_ids=[said.memory.id], origin=Origin.QUOTE, speaker=said.by)
        return Draft(section, line, weight, said.position if section is SectionName.ASK else AFTER - weight)


def _sentences(text: str) -> Iterator[str]:
    """The sentences of a text, also where a number ends one: `… to revision 11. If it fails …`."""
    for sentence in wishes.sentences(text):
        yield from AFTER_NUMBER.split(sentence)


def _is_alike(one: Ran, other: Ran) -> bool:
    """Whether a command may have been run in the place of another: it is for the same, and what just runs something
    is the same program."""
    if one.purpose is not other.purpose:
        return False
    return one.purpose is not Purpose.RUN or one.command.split(maxsplit=1)[0] == other.command.split(maxsplit=1)[0]


def _is_foreseen(sentence: str) -> bool:
    """Whether a sentence says what to do if something happens, with a command, a file or a name, and offers nothing."""
    names = wishes.NAMES_SOMETHING.search(sentence)
    offers = OFFERS.match(sentence) or is_question(sentence)
    return bool(names) and not offers and says_what_to_do_if(sentence)


def _ends(turn: Turn) -> bool:
    """Whether the agent did nothing more after its last words."""
    return not turn.calls or turn.calls[-1].position < turn.agent[-1].position


def _within(drafts: Iterable[Draft], words: int) -> Iterator[Draft]:
    """The drafts that fit into so many words, those that come first first; one at least."""
    left = words
    for number, draft in enumerate(drafts):
        needed = count(f"{draft.line.label or ''} {draft.line.text}")
        if needed <= left or number == 0:
            left -= needed
            yield draft


def _words(text: str) -> set[str]:
    """The words that carry meaning; of scripts other than Latin all of them."""
    others = (word.casefold() for word in statements.WORD.findall(text) if not word.isascii())
    return {*content_words(text), *others}
