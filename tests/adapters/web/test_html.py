"""Every page that is come to by links is valid HTML, as the Nu HTML checker of the W3C has it."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
from collections import deque
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from support.labels import label_of_own_order
from support.partners import add_member
from support.shop import OWNER, PROVIDER, Shop, overseas, ready
from werkzeug.exceptions import HTTPException

LogIn = Callable[[str], FlaskClient]
JAR = Path(__file__).parents[3] / ".venv" / "html" / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
# Tables become cards on phones; what is `display: block` is no table to screen readers any more, unless its parts say so.
SAID_ON_PURPOSE = re.compile("The “role” attribute must not be used on a “t[dhr]” element which has a “table” ancestor")


def endpoint_of(web: Flask, path: str) -> str | None:
    try:
        return str(web.url_map.bind("localhost").match(path)[0])
    except HTTPException:
        return None


def pages_of(web: Flask, client: FlaskClient) -> dict[str, str]:
    """The HTML of one page of each kind that links lead to, by kind."""
    found: dict[str, str] = {}
    seen: set[str | None] = {"static", None}
    to_see = deque(["/orders", "/settings", "/log-in"])
    while to_see:
        address = to_see.popleft()
        endpoint = endpoint_of(web, urlsplit(address).path)
        if endpoint in seen:
            continue
        seen.add(endpoint)
        with client.get(address, follow_redirects=True) as answer:
            if answer.mimetype == "text/html" and "<html" in answer.text:
                found[str(endpoint)] = answer.text
                to_see += [html.unescape(link) for link in re.findall(r'href="(/[^"]*)"', answer.text)]
    return found


@pytest.mark.skipif(
    not os.environ.get("CI") and not (JAR.exists() and shutil.which("java")),
    reason="the HTML checker is not here: make test brings it, where Java and npm are",
)
def test_every_page_is_valid_html(web: Flask, shop: Shop, log_in: LogIn, tmp_path: Path) -> None:
    add_member(shop)
    shop.import_all(
        ready("7001"), overseas("7002"), ready("7003", items=[{"line_key": "1", "sku": "VASE", "name": "Vase", "quantity": 1}])
    )
    shop.work_off()
    label_of_own_order(shop, "7003")
    number = 0
    for email in (OWNER, PROVIDER):
        for name, page in pages_of(web, log_in(email)).items():
            (tmp_path / f"{email.partition('@')[0]}-{name}.html").write_text(page)
            number += 1
    assert number > 90
    arguments = ["--format", "json", "--errors-only", *map(str, sorted(tmp_path.glob("*.html")))]
    said = subprocess.run(
        ["java", "-Xss1m", "-jar", str(JAR), *arguments], capture_output=True, encoding="utf-8", check=False
    ).stderr
    found = [one for one in json.loads(said)["messages"] if not SAID_ON_PURPOSE.match(one["message"])]
    wrong = {f"{Path(one['url']).name}: {one['message']} {one.get('extract', '')}" for one in found}
    assert not wrong, "\n".join(sorted(wrong))
