"""The two small pages that OAuth shows to the account's user."""

from __future__ import annotations

from html import escape
from typing import Final

_PAGE: Final = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>
<body><h1>{title}</h1>
{content}
</body></html>
"""

_FORM: Final = """<p>The app <strong>{app}</strong> asks for access to the account <strong>{account}</strong>.
It will be told at {address}.</p>
<form method="post">
<button name="approve" value="1">Approve</button>
<button name="approve" value="0">Deny</button>
</form>"""


def consent_page(account: str, app: str, address: str) -> bytes:
    """The question to the user. Its form goes to the page's own address, query and all."""
    content = _FORM.format(app=escape(app), account=escape(account), address=escape(address.partition("?")[0]))
    return _PAGE.format(title="Brightpearl sandbox: give access?", content=content).encode()


def problem_page(problem: str) -> bytes:
    """Why the user cannot be asked."""
    return _PAGE.format(title="Brightpearl sandbox: nothing to approve", content=f"<p>{escape(problem)}</p>").encode()
