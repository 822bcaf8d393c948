"""The compiled forms of modules (`make setup` makes them; docs/adr/0009, 0068), which Python prefers to the source beside them.

Imports nothing that is compiled itself: it is asked before anything else is loaded.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from rules.messages import Language, Text

ROOT = Path(__file__).parents[1]
PACKAGES = ("rules", "engine", "adapters", "storage")
REMOVED = Text(
    "{source} is newer than its compiled form, so the compiled modules were removed: `make setup` compiles them again.",
    "{source} es más reciente que su forma compilada, así que se han quitado los módulos compilados: `make setup` los compila.",
)
NOT_REMOVED = Text(
    "{source} is newer than its compiled form, which cannot be removed ({problem}): run `make setup`.",
    "{source} es más reciente que su forma compilada, que no se puede quitar ({problem}): ejecuta `make setup`.",
)


def remove_stale(root: Path) -> Path | None:
    """Remove all compiled modules when one is older than its source; that source, or None when all are up to date.

    Raises OSError when they cannot be removed.
    """
    compiled = [Path(found) for package in PACKAGES for found in _compiled_in(str(root / package))]
    stale = next((source for path in compiled if _is_older(path, source := source_of(path))), None)
    if stale is not None:
        for path in (*compiled, *root.glob("*__mypyc*.so")):
            path.unlink(missing_ok=True)
    return stale


def _compiled_in(folder: str) -> Iterator[str]:
    """What is compiled in a folder and below. Each command asks for it, so nothing is looked at that cannot be a module."""
    with suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(".so"):
                yield entry.path
            elif "." not in entry.name and entry.name != "__pycache__" and entry.is_dir(follow_symlinks=False):
                yield from _compiled_in(entry.path)


def source_of(compiled: Path) -> Path:
    return compiled.with_name(compiled.name.partition(".")[0] + ".py")


def _is_older(compiled: Path, source: Path) -> bool:
    return not source.exists() or compiled.stat().st_mtime_ns < source.stat().st_mtime_ns


def use_no_stale_modules(root: Path = ROOT) -> None:
    """Go on with the source where it is newer than its compiled form, and say so; end the process if that is not possible."""
    language: Language = "es" if os.environ.get("RELEVO_LANGUAGE") == "es" else "en"
    try:
        stale = remove_stale(root)
    except OSError as error:
        text = NOT_REMOVED.format(language, source=error.filename, problem=error.strerror)
        raise SystemExit(text) from error
    if stale is not None:
        sys.stderr.write(REMOVED.format(language, source=stale.relative_to(root)) + "\n")
