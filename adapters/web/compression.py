"""Answers made smaller for browsers that take gzip (docs/adr/0061)."""

from __future__ import annotations

import gzip
import io
import secrets
from functools import cache
from pathlib import Path

from flask import Flask, Response, request

SMALLEST_BYTES = 500  # below, the envelope costs about what it saves
LONGEST_PADDING_BYTES = 100
_PAGE_LEVEL, _FILE_LEVEL = 6, 9
_TEXTS = {"application/json", "application/schema+json", "application/yaml", "application/javascript", "image/svg+xml"}
_STREAMS = {"text/event-stream"}  # each event is to leave when it happens


def compress_answers(web: Flask) -> None:
    """Send texts as gzip to whoever takes it: style sheets and scripts compressed once a process, pages each time."""
    static = Path(str(web.static_folder))

    @web.after_request
    def compress(response: Response) -> Response:
        if not _is_text(response):
            return response
        response.vary.add("Accept-Encoding")
        if not _can_be_compressed(response) or not request.accept_encodings["gzip"]:
            return response
        if request.endpoint == "static" and response.status_code == 200:  # else it is a page about what is not there
            _send(response, _compressed_file(static / str((request.view_args or {})["filename"])))
        elif not response.is_streamed and len(response.get_data()) >= SMALLEST_BYTES:
            _send(response, _compressed_page(response.get_data()))
        return response


def _is_text(response: Response) -> bool:
    kind = response.mimetype or ""
    return (kind.startswith("text/") and kind not in _STREAMS) or kind in _TEXTS


def _can_be_compressed(response: Response) -> bool:
    """A part of a file, and what somebody has encoded already, stay as they are."""
    return response.status_code not in (204, 206, 304) and "Content-Encoding" not in response.headers


def _send(response: Response, data: bytes) -> None:
    response.close()  # the file that it would have been read from
    response.direct_passthrough = False
    response.set_data(data)
    response.headers["Content-Encoding"] = "gzip"
    tag, _ = response.get_etag()
    if tag is not None:
        response.set_etag(tag, weak=True)  # the same content, but other bytes


@cache
def _compressed_file(path: Path) -> bytes:
    """The files come with the program: they stay as they are while it runs."""
    return gzip.compress(path.read_bytes(), compresslevel=_FILE_LEVEL, mtime=0)


def _compressed_page(data: bytes) -> bytes:
    """With a name of random length in the envelope, so that the size of a page says little about a secret that is on it."""
    name = "a" * (1 + secrets.randbelow(LONGEST_PADDING_BYTES))
    into = io.BytesIO()
    with gzip.GzipFile(filename=name, mode="wb", fileobj=into, compresslevel=_PAGE_LEVEL, mtime=0) as file:
        file.write(data)
    return into.getvalue()
