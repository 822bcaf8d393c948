"""Reads a whole rule document: its rules and its saved tests."""

from __future__ import annotations

from rules.document import DEFAULT_TRIGGERS, MAX_SLUG_LENGTH, RULE_KEYS, TRIGGERS, ActionCall, Always, Rule, RuleSet
from rules.json_reader import read_json
from rules.messages import Text
from rules.parser.actions import is_action_off, read_action
from rules.parser.conditions import MAX_CONDITIONS, ConditionReader
from rules.parser.early_limits import MAX_RULES, EarlyLimits
from rules.parser.keeping import read_owner, read_review_day
from rules.parser.reading import SLUG, Reader, as_mapping, join
from rules.parser.saved_tests import read_test
from rules.parser.schedules import read_times
from rules.problems import Problem, Problems
from rules.source import MAX_DOCUMENT_BYTES, Node, text_of

EMPTY_DOCUMENT = Text(
    "the document is empty: write at least `rules: []`", "el documento está vacío: escribe al menos `rules: []`"
)
TOO_LARGE = Text(
    "the document has {size} bytes; the limit is {limit} (1 MiB)", "el documento tiene {size} bytes; el límite es {limit} (1 MiB)"
)
NOT_UTF8 = Text(
    "the document is not UTF-8 (byte {at}): save it as UTF-8", "el documento no es UTF-8 (byte {at}): guárdalo como UTF-8"
)
TOO_MANY_RULES = Text("{count} rules; a set may have {limit}", "{count} reglas; un conjunto puede tener {limit}")
TOO_MANY_CONDITIONS = Text(
    "this rule has {count} conditions; a rule may have {limit}",
    "esta regla tiene {count} condiciones; una regla puede tener {limit}",
)
BAD_ID = Text(
    '"{id}" cannot be a rule\'s id: write lower-case letters, digits and hyphens, such as "{better}"',
    '"{id}" no puede ser el id de una regla: escribe minúsculas, cifras y guiones, como "{better}"',
)
BAD_SET = Text(
    '"{id}" cannot be the slug of a rule set: write lower-case letters, digits and hyphens, such as "{better}"',
    '"{id}" no puede ser el slug de un conjunto de reglas: escribe minúsculas, cifras y guiones, como "{better}"',
)
DUPLICATE_ID = Text(
    'the id "{id}" is already used by the rule on line {line}: every rule needs its own',
    'el id "{id}" ya lo usa la regla de la línea {line}: cada regla necesita el suyo',
)
UNKNOWN_TRIGGER = Text('"{found}" is not a trigger; use some of {known}', '"{found}" no es un disparador; usa alguno de {known}')
NO_TRIGGER = Text(
    "with an empty `on` the rule never runs: name a trigger, or set `enabled: false`",
    "con `on` vacío la regla no se ejecuta nunca: indica un disparador o pon `enabled: false`",
)


def parse_rule_set(content: bytes | str) -> tuple[RuleSet | None, list[Problem]]:
    """The rule set of a YAML or JSON document, and everything that is wrong with it.

    The rule set is None when there is an error: a set with errors is never run in part.
    """
    readable, problems = read_rule_set(content)
    return (None if any(problem.severity == "error" for problem in problems) else readable), problems


def read_rule_set(content: bytes | str) -> tuple[RuleSet | None, list[Problem]]:
    """What can be read of it, also where there are errors, to be looked at and never to be run: the parts that have none."""
    problems = Problems()
    text = _decode(content, problems)
    if text is None:
        return None, problems.in_order()
    root = _read(text, problems)
    if root is None:
        if not problems.has_errors:
            problems.error(1, "", "empty_document", EMPTY_DOCUMENT)
        return None, problems.in_order()
    problems.settle()
    return _rule_set(root, problems), problems.in_order()


def readable_of(root: Node) -> tuple[RuleSet | None, list[Problem]]:
    """What `read_rule_set` gives, of what was read of a document."""
    problems = Problems()
    return _rule_set(root, problems), problems.in_order()


def read_source(text: str) -> tuple[Node | None, list[Problem]]:
    """What stands in a document, right or wrong, as it was written; None, with the reasons, when that cannot even be read."""
    problems = Problems()
    root = _read(text, problems)
    return root, problems.in_order()


def _read(text: str, problems: Problems) -> Node | None:
    if not looks_like_json(text):
        return _read_yaml(text, problems)
    as_json, as_yaml = Problems(), Problems()
    root = read_json(text, as_json)
    if any(problem.message.code == "not_json" for problem in as_json.found):
        # YAML's flow style may begin like JSON; what is neither gets JSON's complaints.
        root = _read_yaml(text, as_yaml)
        if root is not None:
            as_json = as_yaml
    problems.found.extend(as_json.found)
    return root


def _read_yaml(text: str, problems: Problems) -> Node | None:
    from rules.yaml_reader import read_yaml  # here, so that JSON is read without loading a YAML library

    return read_yaml(text, problems, EarlyLimits())


def _decode(content: bytes | str, problems: Problems) -> str | None:
    data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    if len(data) > MAX_DOCUMENT_BYTES:
        problems.error(1, "", "limit_document", TOO_LARGE, size=len(data), limit=MAX_DOCUMENT_BYTES)
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problems.error(line, "", "not_utf8", NOT_UTF8, at=error.start)
        return None


def looks_like_json(text: str) -> bool:
    """Whether a text starts as a JSON object does: with a brace, and its first key in double quotes."""
    start = text.lstrip()[:1000]
    return start[:1] == "{" and start[1:].lstrip()[:1] in ('"', "}", "")


def _rule_set(root: Node, problems: Problems) -> RuleSet | None:
    reader = as_mapping(root, "", problems)
    if reader is None:
        return None
    reader.check_keys(("set", "name", "description", "rules", "tests"), required=("rules",))
    rules = _rules(reader, problems)
    tests = [read_test(node, f"tests[{number}]", problems) for number, node in enumerate(reader.list("tests") or [])]
    return RuleSet(
        reader.text("name"),
        reader.text("description"),
        tuple(rules),
        tuple(test for test in tests if test is not None),
        _slug(reader, "set", BAD_SET) if "set" in reader.mapping.entries else "",
    )


def _rules(reader: Reader, problems: Problems) -> list[Rule]:
    nodes = reader.list("rules") or []
    if len(nodes) > MAX_RULES:
        problems.error(reader.line_of("rules"), "rules", "limit_rules", TOO_MANY_RULES, count=len(nodes), limit=MAX_RULES)
    rules = []
    lines: dict[str, int] = {}
    for index, node in enumerate(nodes[:MAX_RULES]):
        rule = _rule(node, index, lines, problems)
        if rule is not None:
            rules.append(rule)
    return rules


def read_rule(node: Node) -> Rule | None:
    """One rule by itself; None when there is an error in it."""
    problems = Problems()
    rule = _rule(node, 0, {}, problems)
    return None if problems.has_errors else rule


def _rule(node: Node, index: int, lines: dict[str, int], problems: Problems) -> Rule | None:
    path = f"rules[{index}]"
    reader = as_mapping(node, path, problems)
    if reader is None:
        return None
    reader.check_keys(RULE_KEYS, required=("id", "when", "then"))
    id_ = _id(reader, lines)
    conditions = ConditionReader(problems)
    when = None
    if "when" in reader.mapping.entries:
        when = conditions.read_whole(reader.mapping.entries["when"], join(path, "when"))
    if conditions.count > MAX_CONDITIONS:
        line = reader.line_of("when")
        problems.error(
            line, join(path, "when"), "limit_conditions", TOO_MANY_CONDITIONS, count=conditions.count, limit=MAX_CONDITIONS
        )
    calls = [
        read_action(call, f"{path}.then[{number}]", problems)
        for number, call in enumerate(reader.list("then") or [])
        if not is_action_off(call)
    ]
    triggers = _triggers(reader)
    times = read_times(reader, triggers)
    return Rule(
        id=id_,
        name=reader.text("name") or id_,
        enabled=reader.boolean("enabled", True),
        triggers=triggers,
        when=when or Always(path, node.line),
        then=tuple(call for call in calls if isinstance(call, ActionCall)),
        stop=reader.boolean("stop", False),
        once=reader.boolean("once", False),
        index=index,
        line=node.line,
        schedule=times.schedule,
        look_again=times.look_again,
        over=times.over,
        why=reader.text("why"),
        owner=read_owner(reader),
        review_by=read_review_day(reader),
        group=reader.text("group"),
        owner_line=reader.line_of("owner"),
    )


def _id(reader: Reader, lines: dict[str, int]) -> str:
    if "id" not in reader.mapping.entries:
        return ""
    id_ = _slug(reader, "id", BAD_ID)
    line, path = reader.line_of("id"), join(reader.path, "id")
    if id_ in lines:
        reader.problems.error(line, path, "duplicate_id", DUPLICATE_ID, id=id_, line=lines[id_])
    elif id_:
        lines[id_] = line
    return id_


def _slug(reader: Reader, key: str, refusal: Text) -> str:
    """The slug at a key; empty, with a problem reported, when it is invalid."""
    text = reader.text(key)
    if SLUG.fullmatch(text) and len(text) <= MAX_SLUG_LENGTH:
        return text
    better = "-".join(SLUG.findall(text.lower()))[:MAX_SLUG_LENGTH] or "my-rules"
    reader.problems.error(reader.line_of(key), join(reader.path, key), f"bad_{key}", refusal, id=text, better=better)
    return ""


def _triggers(reader: Reader) -> frozenset[str]:
    nodes = reader.list("on")
    if nodes is None:
        return frozenset(DEFAULT_TRIGGERS)
    if not nodes:
        reader.problems.error(reader.line_of("on"), join(reader.path, "on"), "no_trigger", NO_TRIGGER)
    triggers = set()
    for number, node in enumerate(nodes):
        trigger = text_of(node)
        if trigger in TRIGGERS:
            triggers.add(str(trigger))
        else:
            reader.problems.error(
                node.line,
                f"{join(reader.path, 'on')}[{number}]",
                "unknown_trigger",
                UNKNOWN_TRIGGER,
                found=trigger or "",
                known=", ".join(TRIGGERS),
            )
    return frozenset(triggers)
