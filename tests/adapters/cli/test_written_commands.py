"""Commands are written in a way that works when it is pasted, and a Python that cannot run them says so."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from app import lacking

ROOT = Path(__file__).parents[3]
PAGES = sorted((ROOT / "docs").glob("*.md"))
SHORT = re.compile(r"(?:^ *|[|(`] ?)relevo [a-z]", re.MULTILINE)
STANDS_FOR = "`relevo` stands for `.venv/bin/python app.py`"


@pytest.mark.parametrize("page", [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *PAGES], ids=lambda page: page.name)
def test_commands_name_the_python_that_has_the_libraries(page: Path) -> None:
    assert not re.findall(r"(?<!\.venv/bin/)python3? app\.py", page.read_text("utf-8"))


@pytest.mark.parametrize("page", [page for page in PAGES if SHORT.search(page.read_text("utf-8"))], ids=lambda page: page.name)
def test_pages_say_at_their_top_what_a_shorter_form_stands_for(page: Path) -> None:
    paragraphs = page.read_text("utf-8").split("\n\n")
    assert STANDS_FOR in paragraphs[1]


@pytest.mark.parametrize(("language", "said"), [("en", "This Python lacks the libraries"), ("es", "A este Python le faltan")])
def test_a_python_without_the_libraries_is_told_apart_from_a_crash(language: str, said: str) -> None:
    command = [sys.executable, "-S", "app.py", "doctor"]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "RELEVO_LANGUAGE": language}, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith(said)
    assert "`.venv/bin/python app.py`" in done.stderr


def test_only_a_library_is_said_to_lack() -> None:
    said = lacking(ModuleNotFoundError("No module named 'sqlalchemy.orm'", name="sqlalchemy.orm"))
    assert said is not None
    assert "(sqlalchemy first)" in said
    assert lacking(ModuleNotFoundError("No module named 'engine.gone'", name="engine.gone")) is None
    assert lacking(ImportError("cannot import name 'x'", name="click")) is None
    assert lacking(ValueError("x")) is None
