"""Every page that is come to by links is valid HTML, as the Nu HTML checker of the W3C has it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from support.every_page import furnish, one_of_each
from support.shop import OWNER, PROVIDER, Shop

LogIn = Callable[[str], FlaskClient]
JAR = Path(__file__).parents[3] / ".venv" / "html" / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
# Tables become cards on phones; what is `display: block` is not a table to screen readers any more, unless its parts say so.
SAID_ON_PURPOSE = re.compile("The “role” attribute must not be used on a “t[dhr]” element which has a “table” ancestor")


@pytest.mark.skipif(
    not os.environ.get("CI") and not (JAR.exists() and shutil.which("java")),
    reason="the HTML checker is not here: make test brings it, where Java and npm are",
)
def test_every_page_is_valid_html(web: Flask, shop: Shop, log_in: LogIn, tmp_path: Path) -> None:
    furnish(shop)
    number = 0
    for email in (OWNER, PROVIDER):
        for page in one_of_each(web, log_in(email)):
            (tmp_path / f"{email.partition('@')[0]}-{page.endpoint}.html").write_text(page.html)
            number += 1
    assert number > 90
    arguments = ["--format", "json", "--errors-only", *map(str, sorted(tmp_path.glob("*.html")))]
    said = subprocess.run(
        ["java", "-Xss1m", "-jar", str(JAR), *arguments], capture_output=True, encoding="utf-8", check=False
    ).stderr
    found = [one for one in json.loads(said)["messages"] if not SAID_ON_PURPOSE.match(one["message"])]
    wrong = {f"{Path(one['url']).name}: {one['message']} {one.get('extract', '')}" for one in found}
    assert not wrong, "\n".join(sorted(wrong))
