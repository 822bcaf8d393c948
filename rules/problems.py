"""What is wrong, doubtful or worth knowing in a rule set, each with its place."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

from rules.messages import Language, Message, Text
from rules.visible import harmless_line

Severity = Literal["error", "warning", "note"]


class Problem(Struct, frozen=True):
    """One finding. `path` leads to it in the document, e.g. `rules[3].when.all[1].value`."""

    severity: Severity
    line: int
    path: str
    message: Message

    def to_json(self, file: str, language: Language = "en") -> dict[str, Any]:
        return {
            "severity": self.severity,
            "file": file,
            "line": self.line,
            "path": self.path,
            "code": self.message.code,
            "message": self.message.format(language),
        }

    def to_line(self, file: str, language: Language = "en") -> str:
        """One unwrapped line for a terminal."""
        word = {"en": self.severity, "es": {"error": "error", "warning": "advertencia", "note": "nota"}[self.severity]}[language]
        place = f"{self.path}: " if self.path else ""
        line = f"{file}:{self.line}: {word}: {place}{self.message.format(language)} [{self.message.code}]"
        return harmless_line(" ".join(line.split()))


class Problems:
    """Collects every problem of one document."""

    def __init__(self) -> None:
        self.found: list[Problem] = []
        self._settled: set[str] = set()

    def error(self, line: int, path: str, code: str, text: Text, /, **params: Any) -> None:
        self.add("error", line, path, Message(code, text, params))
        if code == "wrong_type":
            self._settled.add(path)

    def add(self, severity: Severity, line: int, path: str, message: Message) -> None:
        if path not in self._settled:
            self.found.append(Problem(severity, line, path, message))

    def settle(self) -> None:
        """Take what has been reported so far as all there is to say about those places.

        What could not even be read is not reported again for what it fails to be.
        """
        self._settled.update(problem.path for problem in self.found)

    @property
    def has_errors(self) -> bool:
        return any(problem.severity == "error" for problem in self.found)

    def in_order(self) -> list[Problem]:
        return sorted(self.found, key=lambda problem: problem.line)


class RuleSetRefused(Exception):
    """A rule set with errors, where only a sound one can be used."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems
