"""The page about the sandbox names everything that it has."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from adapters.stores.brightpearl.sandbox import FaultKind, SandboxOptions
from adapters.stores.brightpearl.sandbox.control import CONTROL_PATHS
from adapters.stores.brightpearl.sandbox.shop.awkward import awkward_kinds

PAGE = (Path(__file__).parents[5] / "docs" / "sandbox.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "name", [*FaultKind, *(field.name for field in fields(SandboxOptions)), *(name for name, _ in awkward_kinds())]
)
def test_every_fault_switch_and_kind_is_described(name: str) -> None:
    assert f"`{name}`" in PAGE


@pytest.mark.parametrize(("method", "path"), CONTROL_PATHS)
def test_every_control_request_is_described(method: str, path: str) -> None:
    shortened = f"`{path.removeprefix('/sandbox/notes/{id}')}`"
    assert re.search(rf"{method} {re.escape(path)}[`?]", PAGE) or shortened in PAGE


def test_the_python_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    example = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert example
    exec(example[1], {})  # noqa: S102 - our own page
    assert capsys.readouterr().out.startswith("http://127.0.0.1:")
