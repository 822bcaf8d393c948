"""The gate finds the same each time: what is randomised is searched at random by `make fuzz` only."""

from __future__ import annotations

import ast
from pathlib import Path

from hypothesis import settings
from support.properties import PROFILE

TESTS = Path(__file__).parent


def test_properties_are_repeatable_here() -> None:
    current = settings()

    assert current.derandomize == (PROFILE == "gate")
    assert (current.deadline, current.database, current.print_blob) == (None, None, True)


def test_no_property_searches_by_settings_of_its_own() -> None:
    own = {"deadline", "database", "print_blob"}
    found = [
        f"{path.relative_to(TESTS)}:{call.lineno}"
        for path in sorted(TESTS.rglob("test_*.py"))
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "settings"
        and own & {keyword.arg for keyword in call.keywords}
    ]
    assert found == []


def test_dice_of_tests_are_always_seeded() -> None:
    found = [
        f"{path.relative_to(TESTS)}:{call.lineno}"
        for path in sorted(TESTS.rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call)
        and ast.unparse(call.func) in ("random.Random", "random.random", "random.randint", "random.choice", "random.shuffle")
        and not (call.args and ast.unparse(call.func) == "random.Random")
    ]
    assert found == []
