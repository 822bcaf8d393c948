"""What all commands about rule files share: reading a file, and saying what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from adapters.cli.output import WrongInput, say
from rules.messages import Language, Text
from rules.problems import Problem

if TYPE_CHECKING:
    from engine.decide.saved_tests import TestResult

UNREADABLE = Text(
    "{file} cannot be read ({problem}): check the name.", "{file} no se puede leer ({problem}): comprueba el nombre."
)
PASSED = Text("passed: {name}", "correcta: {name}")
FAILED = Text("FAILED: {name} (line {line})", "FALLA: {name} (línea {line})")
NO_TESTS = Text("{file} has no saved tests.", "{file} no tiene pruebas guardadas.")
TESTED = Text("{passed} passed, {failed} failed", "{passed} correctas, {failed} fallidas")

file_argument = click.argument("file", type=click.Path(path_type=Path))


def read_file(file: Path, language: Language) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise WrongInput(UNREADABLE.format(language, file=file, problem=error.strerror or error)) from error


def complain(file: Path, problems: list[Problem], language: Language) -> None:
    """One line a problem on the error stream."""
    for problem in problems:
        say(problem.to_line(str(file), language), err=True)


def saved_test_lines(file: Path, results: list[TestResult], language: Language) -> Iterator[str]:
    """How each saved test came out, and how many passed."""
    if not results:
        yield NO_TESTS.format(language, file=file)
        return
    for result in results:
        text = PASSED if result.passed else FAILED
        yield text.format(language, name=result.test.name, line=result.test.line)
        for message in (*result.differences, *result.untested):
            yield f"    {message.format(language)}"
    passed = sum(result.passed for result in results)
    yield TESTED.format(language, passed=passed, failed=len(results) - passed)
