"""The gate finds the same each time: what is randomised is searched at random by `make fuzz` only."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from hypothesis import settings
from support.properties import PROFILE

TESTS = Path(__file__).parent


def calls_in_files_with(word: str) -> Iterator[tuple[Path, ast.Call]]:
    """All calls of the test files that hold the word at all: the others need not be parsed."""
    for path in sorted(TESTS.rglob("*.py")):
        source = path.read_text("utf-8")
        if word in source:
            yield from ((path, node) for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))


def test_properties_are_repeatable_here() -> None:
    current = settings()

    assert current.derandomize == (PROFILE == "gate")
    assert (current.deadline, current.database, current.print_blob) == (None, None, True)


def test_no_property_searches_by_settings_of_its_own() -> None:
    own = {"deadline", "database", "print_blob"}
    found = [
        f"{path.relative_to(TESTS)}:{call.lineno}"
        for path, call in calls_in_files_with("settings")
        if path.name.startswith("test_")
        and isinstance(call.func, ast.Name)
        and call.func.id == "settings"
        and own & {keyword.arg for keyword in call.keywords}
    ]
    assert found == []


def test_dice_of_tests_are_always_seeded() -> None:
    found = [
        f"{path.relative_to(TESTS)}:{call.lineno}"
        for path, call in calls_in_files_with("random")
        if ast.unparse(call.func) in ("random.Random", "random.random", "random.randint", "random.choice", "random.shuffle")
        and not (call.args and ast.unparse(call.func) == "random.Random")
    ]
    assert found == []
