"""`make mutants`: changes one thing of the product at a time, and sees whether a test notices. README.md says how.

cosmic-ray knows what may be changed; here is which changes are drawn, and which tests each has to get past. The changes are
made to copies, never to this work tree.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator

ROOT = Path(__file__).resolve().parents[1]
AREAS = ("engine/services", "engine/jobs", "storage", "adapters/web")
LEFT_OUT = ("storage/migrations/", "__init__.py")
# A comparison by identity is none by value here, where enumerations and None are compared: those changes change nothing.
OPERATORS = tuple(
    f"core/{name}"
    for name in (
        "AddNot",
        "ReplaceTrueWithFalse",
        "ReplaceFalseWithTrue",
        "ReplaceAndWithOr",
        "ReplaceOrWithAnd",
        "ReplaceBreakWithContinue",
        "ReplaceContinueWithBreak",
        "ReplaceUnaryOperator_Delete_Not",
        "ZeroIterationForLoop",
        "ReplaceBinaryOperator_Add_Sub",
        "ReplaceBinaryOperator_Sub_Add",
        "ReplaceBinaryOperator_Mul_Div",
        "ReplaceBinaryOperator_BitOr_BitAnd",
        "ReplaceBinaryOperator_BitAnd_BitOr",
        "ReplaceComparisonOperator_Is_IsNot",
        "ReplaceComparisonOperator_IsNot_Is",
        "ReplaceComparisonOperator_Eq_NotEq",
        "ReplaceComparisonOperator_NotEq_Eq",
        "ReplaceComparisonOperator_Lt_LtE",
        "ReplaceComparisonOperator_LtE_Lt",
        "ReplaceComparisonOperator_Gt_GtE",
        "ReplaceComparisonOperator_GtE_Gt",
    )
)
EVERYTHING = ("tests/engine", "tests/storage", "tests/contract", "tests/adapters", "tests/faults")
LONGEST_LINE = 200
LONGEST_TEST_S = 600.0  # a change may make a test wait for ever; none of them takes a tenth of that
STOPPING_S = 60.0  # for a run that is told to end: it stops the servers that it started
_FAILED = re.compile(r"^(tests/.+) (?:FAILED|ERROR) +\[ *\d+%\]$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change: the operator's n-th place in a module, which begins on that line."""

    module: str
    operator: str
    occurrence: int
    line: int
    place: str  # the text of the line, and the how manieth such place it is: the same wherever the line moves to

    def __str__(self) -> str:
        return f"{self.module}:{self.line} {self.operator.removeprefix('core/')}"


@dataclass(frozen=True, slots=True)
class Result:
    mutant: Mutant
    noticed_by: str | None  # the test that failed
    change: str  # the line as it was and as it became


@dataclass(frozen=True, slots=True)
class Failure:
    """The first test that failed of a run; none is named where the run could not even begin."""

    test: str | None
    waits: bool = False  # and did not end


def main() -> int:
    """Draw, change, test, tell; exit code 1 when fewer than wanted were noticed."""
    parser = argparse.ArgumentParser(prog="make mutants", description="Changes the product and sees whether a test notices.")
    parser.add_argument("--count", type=int, default=40, help="how many changes are drawn (default 40)")
    parser.add_argument("--seed", type=int, default=1, help="another seed draws others")
    parser.add_argument("--skip", type=int, default=0, metavar="N", help="leave out the first N, which an ended run has tried")
    parser.add_argument("--wanted", type=float, default=0.95, help="the share that has to be noticed (default 0.95)")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("areas", nargs="*", default=AREAS, metavar="AREA", help=f"folders or modules; {', '.join(AREAS)}")
    options = parser.parse_args()
    mutants = list(list_mutants(options.areas))
    drawn = draw(mutants, options.count, options.seed)[options.skip :]
    print(f"{len(drawn)} of {len(mutants)} possible changes, seed {options.seed}", flush=True)
    if not drawn:
        parser.error(f"--skip {options.skip} leaves none of {options.count} changes: skip fewer, or raise --count.")
    results = list(_try_all(drawn, options.processes))
    killed = sum(result.noticed_by is not None for result in results)
    print(f"{killed} of {len(results)} changes were noticed by a test ({killed / len(results):.0%}).")
    return 0 if killed >= options.wanted * len(results) else 1


def list_mutants(areas: Sequence[str]) -> Iterator[Mutant]:
    """Every change that may be drawn: in what runs, not in annotations."""
    for module in _modules(areas):
        source = (ROOT / module).read_text("utf-8")
        lines = source.splitlines()
        tree = get_ast(source)
        left_out = set(_annotated_places(source))
        for name in OPERATORS:
            operator = get_operator(name)()
            places = [(node, place) for node in ast_nodes(tree) for place in operator.mutation_positions(node)]
            said: Counter[str] = Counter()
            for occurrence, (node, (start, _end)) in enumerate(places):
                if start not in left_out and not _is_none_at_all(node):
                    text = lines[start[0] - 1].strip()
                    said[text] += 1
                    yield Mutant(module, name, occurrence, start[0], f"{text} {said[text]}")


def draw(mutants: Iterable[Mutant], count: int, seed: int) -> list[Mutant]:
    """A seed draws the same changes again when something else of the product has changed."""

    def lot(mutant: Mutant) -> bytes:
        return hashlib.sha256(f"{seed} {mutant.module} {mutant.operator} {mutant.place}".encode()).digest()

    return sorted(mutants, key=lot)[:count]


def tests_near(module: str, root: Path) -> tuple[str, ...]:
    """The tests that mirror a module's folder, those nearest to it: most changes are noticed there."""
    folder = Path("tests") / Path(module).parent
    while not (root / folder).is_dir():
        folder = folder.parent
    near = [folder.as_posix()]
    own = folder / f"test_{Path(module).name}"
    if (root / own).is_file():
        near.insert(0, own.as_posix())  # pytest runs no test twice
    if module.startswith("storage/"):
        near += ["tests/storage", "tests/contract"]
    return tuple(dict.fromkeys(near))


def other_tests(module: str, near: Sequence[str]) -> tuple[str, ...]:
    """All others that could know, without those that have run: first those of the module's package."""
    own = f"tests/{Path(module).parts[0]}"
    others = sorted((folder for folder in EVERYTHING if folder not in near), key=lambda folder: folder != own)
    return (*others, *(f"--ignore={path}" for path in near))


def _modules(areas: Sequence[str]) -> list[str]:
    tracked = subprocess.run(["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    wanted = tuple(area.rstrip("/") for area in areas)
    within = [path for path in tracked if any(path == area or path.startswith(f"{area}/") for area in wanted)]
    return [path for path in within if not any(part in path for part in LEFT_OUT)]


def _is_none_at_all(node: Any) -> bool:
    """The `*` before parameters that have to be named looks like an operator."""
    return node.parent is not None and node.parent.type in ("parameters", "param", "lambdef")


def _annotated_places(source: str) -> Iterator[tuple[int, int]]:
    """What does not run for anybody: annotations, how a data class is made, and the `|` of a case, which is not an operator."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.MatchOr):
            yield from _places(node)
        decorators = getattr(node, "decorator_list", []) if isinstance(node, ast.ClassDef) else []
        for said in (getattr(node, "annotation", None), getattr(node, "returns", None), *decorators):
            if isinstance(said, ast.expr):
                yield from _places(said)


def _places(expression: ast.expr | ast.pattern) -> Iterator[tuple[int, int]]:
    """Line and column of every character of an expression: an operator's own place is not in the tree."""
    assert expression.end_lineno is not None
    assert expression.end_col_offset is not None
    for line in range(expression.lineno, expression.end_lineno + 1):
        first = expression.col_offset if line == expression.lineno else 0
        last = expression.end_col_offset if line == expression.end_lineno else LONGEST_LINE
        yield from ((line, column) for column in range(first, last))


def _try_all(mutants: Sequence[Mutant], processes: int) -> Iterator[Result]:
    """Each mutant in a copy of the tracked files; copies are used again."""
    with tempfile.TemporaryDirectory(prefix="relevo-mutants-") as folder:
        copies: SimpleQueue[Path] = SimpleQueue()
        for number in range(processes):
            copies.put(_copy_to(Path(folder) / str(number)))

        def attempt(mutant: Mutant) -> Result:
            copy = copies.get()
            try:
                return _try(mutant, copy)
            finally:
                copies.put(copy)

        with ThreadPoolExecutor(processes) as pool:
            try:
                for done in as_completed([pool.submit(attempt, mutant) for mutant in mutants]):
                    result = done.result()
                    verdict = f"noticed by {result.noticed_by}:" if result.noticed_by else "SURVIVED:"
                    print(f"{verdict} {result.mutant}\n{result.change}", flush=True)
                    yield result
            finally:
                pool.shutdown(cancel_futures=True)


def _copy_to(folder: Path) -> Path:
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    for path in filter(None, tracked):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / path, target)
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)  # a test of the layout asks git what is there
    (folder / ".venv").symlink_to(ROOT / ".venv")
    return folder


def _try(mutant: Mutant, copy: Path) -> Result:
    path = copy / mutant.module
    source = path.read_text("utf-8")
    changed = mutate_code(source, get_operator(mutant.operator)(), mutant.occurrence)
    assert changed is not None
    path.write_text(changed, "utf-8")
    try:
        near = tests_near(mutant.module, copy)
        failure = _failure(copy, near) or _failure(copy, other_tests(mutant.module, near))
    finally:
        path.write_text(source, "utf-8")
    noticed_by = None
    if failure is not None:
        again = near if failure.test is None else (failure.test,)
        if _failure(copy, again) is not None:
            print(f"{' '.join(again)} fails without any change: mend that first.", file=sys.stderr, flush=True)
            raise SystemExit(2)  # as soon as the others that are at it have ended
        noticed_by = (failure.test or "every test near it") + (", which waits for ever" if failure.waits else "")
    return Result(mutant, noticed_by, _difference(source, changed))


def _failure(copy: Path, tests: Sequence[str]) -> Failure | None:
    """The first failure of a run of these tests, if there is one; a run takes as long as it does, each test has its time."""
    options = ["-v", "-x", "-p", "no:cacheprovider", "-n", "0", "--basetemp", str(copy.with_name(f"{copy.name}-tests"))]
    command = [str(ROOT / ".venv/bin/python"), "-B", "-m", "pytest", *options, *tests]
    unbuffered = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, cwd=copy, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=unbuffered) as run:
        assert run.stdout is not None
        chunks: SimpleQueue[bytes] = SimpleQueue()
        Thread(target=_pass_on, args=(run.stdout.fileno(), chunks), daemon=True).start()
        said = b""
        waits = False
        try:
            while chunk := chunks.get(timeout=LONGEST_TEST_S):
                said += chunk
        except Empty:
            waits = run.poll() is None
            _stop(run)
    text = said.decode("utf-8", "replace")
    if waits:
        running = text.rpartition("\n")[2].strip()
        return Failure(running if "::" in running else None, waits=True)
    if run.returncode == 0:
        return None
    found = _FAILED.search(text)
    return Failure(found[1] if found else None)


def _pass_on(source: int, chunks: SimpleQueue[bytes]) -> None:
    """All that is said, as it comes; nothing at its end."""
    while chunk := os.read(source, 65536):
        chunks.put(chunk)
    chunks.put(b"")


def _stop(run: subprocess.Popen[bytes]) -> None:
    run.send_signal(signal.SIGINT)
    try:
        run.wait(STOPPING_S)
    except subprocess.TimeoutExpired:
        run.kill()


def _difference(source: str, changed: str) -> str:
    pairs = zip(source.splitlines(), changed.splitlines(), strict=False)
    return next((f"    - {before.strip()}\n    + {after.strip()}" for before, after in pairs if before != after), "")


if __name__ == "__main__":
    sys.exit(main())
