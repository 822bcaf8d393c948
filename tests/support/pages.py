"""The pages over a shop. To make the Flask application and to compile its templates costs more than most tests of pages do."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from adapters.settings import Settings
from adapters.web.application import create_web
from adapters.web.errors import RelevoFlask
from adapters.web.parts import EXTENSION, Parts
from app import Runtime, create_app
from engine.application import Application
from storage.database import Database
from storage.queries import Queries

SECRET = b"k" * 32


class _Compiled(BytecodeCache):
    """Templates that some application of this process has compiled, for all of them."""

    def __init__(self) -> None:
        self._templates: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._templates:
            bucket.bytecode_from_string(self._templates[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._templates[bucket.key] = bucket.bytecode_to_string()


RelevoFlask.jinja_options = {**RelevoFlask.jinja_options, "bytecode_cache": _Compiled()}


def pages_over(app: Application, database: Database) -> Flask:
    """The pages of this test: an application that the process made once, over what is this test's own."""
    web = _made_once(app.public_url)
    web.extensions[EXTENSION] = Parts(app, Queries(database), "en", web.config["SECRET_KEY"])
    for limiter in web.extensions["limiter"]:
        limiter.reset()
        limiter.enabled = True
    return web


def whole_service(app: Application, database: Database, data_dir: Path) -> Flask:
    """All that is served, over a shop: what people open and what programs call."""
    runtime = Runtime()
    settings = Settings.from_environment({"RELEVO_DATA_DIR": str(data_dir)})
    vars(runtime).update(settings=settings, application=app, database=database)
    return create_app(runtime)


@cache
def _made_once(public_url: str | None) -> Flask:
    nothing: Any = object()
    return create_web(Application(*(nothing,) * 5, public_url=public_url), nothing, secret=SECRET)
