"""`rules check|test|run`: rule files, without a database. What concerns an account's rule sets is in `rule_sets`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import click

from adapters.cli.late_commands import LateGroup
from adapters.cli.output import WrongInput, harmless_json, json_option, say, write_bytes, write_json
from adapters.cli.rule_files import UNREADABLE, complain, file_argument, read_file, saved_test_lines
from adapters.cli.runtime import runtime_of
from adapters.cli.shared_lines import Answered, answers, processes_for
from engine.decide import Case, CompiledRuleSet, decide
from engine.decide.answer import answer_of, history_of
from engine.decide.decision import Trigger
from rules.context import NO_CONTEXT, ContextRefused, RuleContext
from rules.document import TRIGGERS, RuleSet
from rules.messages import Language, Text
from rules.order_document import UnreadableDocument, dumps, loads
from rules.parser import read_rule_set
from rules.problems import Problem
from rules.references import check_references
from rules.values import moment_of, parse_time

if TYPE_CHECKING:
    from engine.decide.saved_tests import TestResult

LINES_AT_ONCE = 64

CLEAN = Text("{file}: no problems (rules: {rules}).", "{file}: ningún problema (reglas: {rules}).")
BAD_CONTEXT = Text("{file} is not a context: {problem}", "{file} no es un contexto: {problem}")
BAD_NOW = Text(
    '"{value}" is not a time: write it as 2026-03-01T09:00:00Z.', '"{value}" no es una hora: escríbela como 2026-03-01T09:00:00Z.'
)
UNREADABLE_LINE = Text("line {line} is not an order: {problem}", "la línea {line} no es un pedido: {problem}")

context_option = click.option(
    "--context", "context_file", type=click.Path(path_type=Path), metavar="FILE", help="What the account has, as a JSON object."
)
now_option = click.option("--now", "now_text", metavar="ISO-TIME", help="The time the rules see.")


_OF_ACCOUNTS = {
    "adopt": (
        "adapters.cli.rule_sharing:adopt",
        "Run the newest version of an offered rule set, pinned to it, above or below the account's own rules.",
    ),
    "adopted": ("adapters.cli.rule_sharing:adopted", "Rule sets that were adopted from other accounts; `rules sets` lists them."),
    "backtest": (
        "adapters.cli.backtests:backtest",
        "Decide about the orders of the past by a draft, and say what would be otherwise.",
    ),
    "context": (
        "adapters.cli.rule_sets:context_command",
        "Print what an account's rules know beside the order, for `--context FILE`.",
    ),
    "diff": (
        "adapters.cli.rule_versions:diff",
        "Say what has changed from A to B, rule by rule: two rule files, or with --account the numbers of two versions.",
    ),
    "dry-run": (
        "adapters.cli.rule_trials:dry_run",
        "Decide about orders by a draft or a version, and say of every rule why it fired or not.",
    ),
    "export": ("adapters.cli.rule_sets:export", "Print a rule set's document as it was published, byte for byte."),
    "health": ("adapters.cli.rule_health:health", "Say how often each published rule matched, and what is wrong with it by now."),
    "move": ("adapters.cli.rule_sets:move", "Run a rule set earlier or later among the account's."),
    "offer": ("adapters.cli.rule_offers:offer", "Offer a version of a rule set to other accounts."),
    "offered": (
        "adapters.cli.rule_offers:show_offered",
        "Say in sentences what the rules of an offer do, before they are adopted.",
    ),
    "offers": (
        "adapters.cli.rule_offers:offers",
        "List what an account offers, with who has adopted it, and what is offered to it.",
    ),
    "preview": ("adapters.cli.rule_trials:preview", "Say how many of the last orders a draft matches, and what it would change."),
    "publish": ("adapters.cli.rule_sets:publish", "Check and test a rule file, and run it from now on."),
    "reference": (
        "adapters.cli.rule_reference:reference",
        "Print the reference of fields, operators and actions as a Markdown page.",
    ),
    "replay": (
        "adapters.cli.rule_trials:replay",
        "Take the account's decisions again, by the versions and facts of then: each has to come out the same.",
    ),
    "restore": (
        "adapters.cli.rule_versions:restore",
        "Publish an earlier version's document again, as a new version; also of a rule set that was withdrawn.",
    ),
    "schedules": (
        "adapters.cli.rule_schedules:schedules",
        "List the rules of an account that run by themselves: when next, and what their last run came to.",
    ),
    "schema": (
        "adapters.cli.rule_reference:schema",
        "Print the JSON Schema of rule files, with which editors complete and check them.",
    ),
    "sets": ("adapters.cli.rule_sets:sets", "List an account's rule sets in the order in which they run."),
    "switch": ("adapters.cli.rule_sharing:switch", "Switch one rule of an adopted set off, or on again."),
    "versions": ("adapters.cli.rule_versions:versions", "List what was published of a rule set, the newest first."),
    "withdraw": ("adapters.cli.rule_sets:withdraw", "Run a rule set no longer."),
    "withdraw-offer": ("adapters.cli.rule_offers:withdraw_offer_command", "Offer a rule set no longer."),
}


@click.group(cls=LateGroup, late=_OF_ACCOUNTS)
def rules() -> None:
    """Check, test, try out and publish rule files, and line up an account's rule sets."""


@rules.command()
@file_argument
@context_option
@json_option
@click.pass_context
def check(context: click.Context, file: Path, context_file: Path | None, as_json: bool) -> int:
    """Report everything that is wrong or doubtful in a rule file, each with its place."""
    from rules.checks import check_rule_set  # here, so that the other commands start without it

    language = runtime_of(context).settings.language
    rule_set, problems = _load(file, _read_context(context_file, language), language, check_rule_set)
    if as_json:
        write_json({"problems": [problem.to_json(str(file), language) for problem in problems]})
    else:
        for problem in problems:
            say(problem.to_line(str(file), language))
        if not problems and rule_set is not None:
            say(CLEAN.format(language, file=file, rules=len(rule_set.rules)))
    return 1 if any(problem.severity == "error" for problem in problems) else 0


@rules.command()
@file_argument
@context_option
@now_option
@json_option
@click.pass_context
def test(context: click.Context, file: Path, context_file: Path | None, now_text: str | None, as_json: bool) -> int:
    """Run the saved tests of a rule file."""
    from engine.decide.saved_tests import run_saved_tests

    language = runtime_of(context).settings.language
    known = _read_context(context_file, language)
    now = _read_now(now_text, language)
    rule_set = _load_sound(file, known, language)
    if rule_set is None:
        return 1
    results = run_saved_tests(rule_set, known, now)
    if as_json:
        write_json({"tests": [_test_entry(result, language) for result in results]})
    else:
        for line in saved_test_lines(file, results, language):
            say(line)
    return 0 if all(result.passed for result in results) else 1


@rules.command("run")
@click.option("--rules", "file", type=click.Path(path_type=Path), metavar="FILE", required=True)
@click.option("--orders", type=click.Path(path_type=Path, allow_dash=True), metavar="FILE.jsonl", required=True)
@context_option
@now_option
@click.option("--trigger", type=click.Choice(TRIGGERS), default="imported", show_default=True)
@click.option("--trace", is_flag=True, help="Say of every rule why it fired or not.")
@click.pass_context
def run_command(
    context: click.Context,
    file: Path,
    orders: Path,
    context_file: Path | None,
    now_text: str | None,
    trigger: str,
    trace: bool,
) -> int:
    """Evaluate orders, one JSON object a line, and change nothing."""
    language = runtime_of(context).settings.language
    known = _read_context(context_file, language)
    now = _read_now(now_text, language) or datetime.now(UTC)
    rule_set = _load_sound(file, known, language)
    if rule_set is None:
        return 1
    runner = _Runner(rule_set, known, moment_of(now), cast(Trigger, trigger), trace, language)
    with _open_orders(orders, language) as lines:
        processes = 1 if lines is sys.stdin.buffer else processes_for(orders)
        if processes > 1:
            return _write_shared(runner, orders, processes)
        with _written_together() as write:
            for number, line in enumerate(lines, 1):
                write(runner.answer(number, line))
    return 1 if runner.unreadable else 0


def _write_shared(runner: _Runner, orders: Path, processes: int) -> int:
    """Write the answers to a large file, for which processes share the work; the exit code."""
    unreadable = 0
    for answered in answers(orders, runner.answer_block, processes):
        write_bytes(answered.text)
        unreadable += answered.unreadable
    return 1 if unreadable else 0


@contextmanager
def _written_together() -> Iterator[Callable[[bytes], None]]:
    """Writes lines to the standard output, many at once, and all there are when the work ends or breaks off."""
    waiting: list[bytes] = []

    def flush() -> None:
        write_bytes(harmless_json(b"".join(waiting)))
        waiting.clear()

    def write(line: bytes) -> None:
        waiting.append(line)
        waiting.append(b"\n")
        if len(waiting) >= 2 * LINES_AT_ONCE:
            flush()

    try:
        yield write
    finally:
        flush()


class _Runner:
    """Decides about one line after the other."""

    def __init__(
        self, rule_set: RuleSet, known: RuleContext, now: int, trigger: Trigger, trace: bool, language: Language
    ) -> None:
        self._rule_set = rule_set
        self._compiled = CompiledRuleSet(rule_set, known.zone)
        self._known = known
        self._now = now
        self._trigger = trigger
        self._trace = trace
        self._language = language
        self.unreadable = 0

    def answer(self, number: int, line: bytes) -> bytes:
        """The answer to one line of the input, as one line of JSON."""
        try:
            document = loads(line)
            case = Case(document, self._trigger, self._now, self._known, history_of(document))
            result = answer_of(decide(self._compiled, case), case, self._language)
            if self._trace:
                from engine.decide.explain import explain

                result["trace"] = explain(self._rule_set, case, self._language)[1]
            return dumps(result)
        except UnreadableDocument as error:
            self.unreadable += 1
            message = UNREADABLE_LINE.format(self._language, line=number, problem=error.message)
            entry = {"rule": None, "path": "", "code": "unreadable", "message": message}
            return dumps({"line": number, "flags": ["unreadable"], "errors": [entry]})

    def answer_block(self, first: int, lines: Iterable[bytes]) -> Answered:
        """The answers to some lines of the input, each on a line."""
        before = self.unreadable
        written = [self.answer(number, line) for number, line in enumerate(lines, first)]
        return Answered(harmless_json(b"\n".join(written) + b"\n"), self.unreadable - before)


def _load(
    file: Path,
    known: RuleContext,
    language: Language,
    check: Callable[[RuleSet, RuleContext], list[Problem]] = check_references,
) -> tuple[RuleSet | None, list[Problem]]:
    """The rule set, or None when it has errors, and all that is wrong: also what rules without an error of their own name."""
    readable, problems = read_rule_set(read_file(file, language))
    is_sound = not any(problem.severity == "error" for problem in problems)
    if readable is not None:
        found = check(readable, known) if is_sound else check_references(readable, known)
        problems = sorted([*problems, *found], key=lambda problem: problem.line)
    return (readable if is_sound else None), problems


def _load_sound(file: Path, known: RuleContext, language: Language) -> RuleSet | None:
    """The rule set, or None when it has errors, which then stand on stderr."""
    rule_set, problems = _load(file, known, language)
    errors = [problem for problem in problems if problem.severity == "error"]
    complain(file, errors, language)
    return None if errors else rule_set


def _open_orders(file: Path, language: Language) -> BinaryIO:
    if str(file) == "-":
        return sys.stdin.buffer
    try:
        return file.open("rb")
    except OSError as error:
        raise WrongInput(UNREADABLE.format(language, file=file, problem=error.strerror or error)) from error


def _read_context(file: Path | None, language: Language) -> RuleContext:
    if file is None:
        return NO_CONTEXT
    content = read_file(file, language)
    try:
        return RuleContext.parse(loads(content.removeprefix(b"\xef\xbb\xbf")))
    except ContextRefused as refusal:
        problem = "; ".join(message.format(language) for message in refusal.messages)
        raise WrongInput(BAD_CONTEXT.format(language, file=file, problem=problem)) from refusal
    except UnreadableDocument as error:
        raise WrongInput(BAD_CONTEXT.format(language, file=file, problem=error.message)) from error


def _read_now(text: str | None, language: Language) -> datetime | None:
    if text is None:
        return None
    time = parse_time(text)
    if time is None:
        raise WrongInput(BAD_NOW.format(language, value=text))
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _test_entry(result: TestResult, language: Language) -> dict[str, Any]:
    return {
        "name": result.test.name,
        "line": result.test.line,
        "passed": result.passed,
        "differences": [difference.format(language) for difference in result.differences],
        "untested": [untested.format(language) for untested in result.untested],
    }
