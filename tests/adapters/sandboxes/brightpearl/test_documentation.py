"""The page about the sandbox names everything that it has."""

import re
import subprocess
from dataclasses import fields
from pathlib import Path

import pytest

from adapters.sandboxes.brightpearl import FaultKind, SandboxOptions, SandboxServer, TokenKind
from adapters.sandboxes.brightpearl.control import CONTROL_PATHS
from adapters.sandboxes.brightpearl.shop.awkward import awkward_kinds

PAGE = (Path(__file__).parents[4] / "docs" / "sandbox.md").read_text(encoding="utf-8")

SHELL_EXAMPLES = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize(
    "name", [*FaultKind, *(field.name for field in fields(SandboxOptions)), *(name for name, _ in awkward_kinds()), *TokenKind]
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


@pytest.mark.parametrize("example", SHELL_EXAMPLES, ids=lambda text: text.split("\n")[0][:60])
def test_each_curl_example_runs_as_it_stands(server: SandboxServer, example: str) -> None:
    script = "set -e\n" + example.replace("http://127.0.0.1:8090", server.url)
    ended = subprocess.run(["/bin/sh", "-c", script], capture_output=True, text=True, timeout=30, check=True)
    assert ended.stderr == ""
    assert all(word not in ended.stdout for word in ("error", "Invalid", "Not authenticated"))
    assert ended.stdout.startswith(("{", "["))


def test_every_way_to_log_in_has_an_example() -> None:
    channels = [example for example in SHELL_EXAMPLES if "product-service/channel" in example]
    assert len(channels) == 6
