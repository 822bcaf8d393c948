"""Forms that add something each time that they are sent: each that was shown is carried out once, however often it is sent."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from flask import request
from markupsafe import Markup

from adapters.web.parts import parts
from adapters.web.people import this_person
from engine.model.ids import new_id
from engine.services.once import Once, carried_out_once
from rules.order_document import dumps

WISH = "wish"  # the name of the input with the mark of one showing of a form
LONGEST_WISH = 100


def once_field() -> Markup:
    """The hidden input by which a form is known again when it is sent twice."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(WISH, new_id("tok"))


@contextmanager
def sent_once(file: bytes = b"") -> Iterator[Once]:
    """What this request's form asks for, or what came of it where the same showing of it was sent before, filled in alike.

    What was changed in it meanwhile makes it another wish. A program sends no mark: its forms are carried out each time.
    """
    token = request.form.get(WISH, "")[:LONGEST_WISH]
    if not token:
        yield Once(parts().app)
        return
    person = this_person()
    sent = sorted((name, value) for name, value in request.form.items(multi=True) if name not in ("csrf_token", WISH))
    wish = dumps([person.user.id, request.path, token, sent, hashlib.sha256(file).hexdigest()])
    with carried_out_once(parts().app, person.account.id, wish) as once:
        yield once
