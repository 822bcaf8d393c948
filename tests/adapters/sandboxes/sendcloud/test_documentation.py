"""The page about carriers names everything that the stand-in for Sendcloud has."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from pathlib import Path

import pytest
import requests

from adapters.sandboxes.sendcloud import CALLS, FaultKind, SendcloudOptions, SendcloudServer

PAGE = (Path(__file__).parents[4] / "docs" / "carriers.md").read_text(encoding="utf-8")
SECTION = PAGE[PAGE.index("### The stand-in") :]
POSTED = re.findall(r"curl -X POST http://127\.0\.0\.1:9092(/control/\w+) -d '(.*?)'", SECTION)


@pytest.mark.parametrize("name", [*FaultKind, *CALLS, *(field.name for field in fields(SendcloudOptions))])
def test_every_fault_call_and_option_is_described(name: str) -> None:
    assert f"`{name}`" in SECTION


def test_every_example_of_the_control_address_is_taken() -> None:
    assert len(POSTED) == 3
    with SendcloudServer() as server:
        for path, body in POSTED:
            answer = requests.post(server.url.removesuffix("/api/v3") + path, data=body, timeout=10)
            assert answer.status_code == (404 if path == "/control/scan" else 200), answer.text  # nothing is under way
            assert json.loads(body)
