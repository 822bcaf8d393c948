"""Pages that take a file of defaults: how large it may be, and what is wrong with its lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import request
from flask_babel import gettext

from adapters.web.language import page_language
from engine.services.inventory.count_files import LONGEST_FILE_BYTES
from engine.services.refusals import Refused
from engine.services.spreadsheets import PROBLEMS_NAMED, LinesRefused

FORM_BYTES = 64 * 1024  # beside the file


@dataclass(frozen=True, slots=True)
class FileAnswer:
    """What is wrong with a file: a sentence, or its lines with their problems, of which `more` are not shown."""

    sentence: str = ""
    problems: tuple[tuple[int, str], ...] = ()
    more: int = 0


def allow_for_a_file() -> None:
    """The form of this request has a file. This has to be said before anything reads the form."""
    request.max_content_length = LONGEST_FILE_BYTES + FORM_BYTES
    request.max_form_memory_size = LONGEST_FILE_BYTES + FORM_BYTES  # the parser counts the lines of files too


def take_file(take: Callable[[bytes], object]) -> FileAnswer | None:
    """Give the file of this request to whoever takes it; None when it was taken."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return FileAnswer(gettext("Choose a file first."))
    try:
        take(sent.stream.read(LONGEST_FILE_BYTES + 1))
    except LinesRefused as refusal:
        shown = tuple((line, problem.format(page_language())) for line, problem in refusal.problems[:PROBLEMS_NAMED])
        return FileAnswer(problems=shown, more=len(refusal.problems) - len(shown))
    except Refused as refusal:
        return FileAnswer(refusal.format(page_language()))
    return None
