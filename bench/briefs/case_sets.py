"""Files of cases with what their briefs are held against: answer keys, or expectations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.briefs import expectations, scoring
from bench.briefs.expectations import Expected, Verdict
from bench.briefs.recorded import Recorded, read_recorded
from bench.briefs.scoring import AnswerKey, Shown
from bench.figures import Value


@dataclass(frozen=True)
class CaseSet:
    """The cases of a file, what their collection is called, and their answer keys, or what is expected of them."""

    name: str
    cases: Sequence[Recorded]
    keys: Sequence[AnswerKey] = ()
    expected: Sequence[Expected] = ()

    @classmethod
    def read(cls, path: Path, limit: int | None = None, only: Sequence[str] = ()) -> "CaseSet":
        """Read a file, the first ``limit`` cases of it, or ``only`` those of some ids; raises ``ValueError`` where it
        holds none."""
        cases = read_recorded(path, limit)
        if not cases:
            raise ValueError(f"{path} holds no case")
        wanted = {case.id for case in cases if not only or case.id in only}
        chosen = [case for case in cases if case.id in wanted]
        if cases[0].must is None:
            keys = [key for key in scoring.read_keys(path, limit) if key.id in wanted]
            return cls(cases[0].source, chosen, keys=keys)
        expected = [key for key in expectations.read_expected(path, limit) if key.id in wanted]
        return cls("expectations", chosen, expected=expected)

    def figures(self, shown: Mapping[str, Shown], depths: Sequence[int] = scoring.DEPTHS) -> dict[str, Value]:
        """What briefs of these cases are worth; a case without a brief counts as an empty one."""
        if self.expected:
            return expectations.figures(self.verdicts(shown))
        texts = [shown.get(case.id, Shown()).text for case in self.cases]
        words = sum(scoring.count_words(text) for text in texts) / len(texts)
        return {"cases": len(self.cases), "words": round(words), **scoring.score(self.keys, shown, depths)}

    def verdicts(self, shown: Mapping[str, Shown]) -> list[Verdict]:
        """The verdict of each expectation."""
        return [expectations.judge(key, shown.get(key.id, Shown()).text) for key in self.expected]
