"""Files of cases with their answer keys."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.briefs import scoring
from bench.briefs.scoring import AnswerKey
from warmline.replay import Case, read_cases


@dataclass(frozen=True)
class CaseSet:
    """The cases of a file with their answer keys, and what their collection is called."""

    name: str
    cases: Sequence[Case]
    keys: Sequence[AnswerKey]

    @classmethod
    def read(cls, path: Path, limit: int | None) -> "CaseSet":
        """Read a file, the first ``limit`` cases of it; raises ``ValueError`` where it holds none."""
        keys = scoring.read_keys(path, limit)
        if not keys:
            raise ValueError(f"{path} holds no case")
        return cls(keys[0].source, read_cases(path, limit), keys)
