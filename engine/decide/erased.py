"""Explanations of decisions whose personal data was erased: the answers of then stay, the values are gone.

What the erased values answered cannot be worked out again, so it is kept when they are erased: one letter for each node.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.decide.explain import Explanation
from engine.decide.explained_nodes import STATUS_TEXTS
from rules.messages import Language, Text

ERASED_VALUE = Text("erased", "borrado")
ANSWERED = {
    "true": Text("{sentence}: it was so; the value was erased", "{sentence}: se cumplía; el valor se borró"),
    "false": Text("{sentence}: it was not so; the value was erased", "{sentence}: no se cumplía; el valor se borró"),
    "error": Text("{sentence}: it could not be answered; the value was erased", "{sentence}: sin respuesta; el valor se borró"),
}
GONE = Text("the value was erased", "el valor se borró")
MET = Text("{met} of {count} met", "se cumplen {met} de {count}")
_LETTERS = {"true": "t", "false": "f", "error": "e"}
_VERDICTS = {letter: verdict for verdict, letter in _LETTERS.items()}


def record_answers(explanation: Explanation) -> dict[str, list[str]]:
    """Of each rule its status and, in one text, the verdicts of its nodes as they are written out."""
    return {
        entry["rule"]: [entry["status"], "".join(_LETTERS[node["verdict"]] for node in _nodes(entry.get("when")))]
        for entry in explanation.rules
    }


def with_answers(
    explanation: Explanation,
    answers: Mapping[str, Sequence[str]],
    fields: Sequence[str],
    changes: Sequence[Mapping[str, Any]],
    language: Language,
) -> Explanation:
    """The explanation of what is left of a decision, with the answers that the whole of it had and the changes it made."""
    erased = frozenset(fields)
    entries = [_entry(entry, answers.get(entry["rule"]), erased, language) for entry in explanation.rules]
    for entry in entries:
        entry.pop("changes", None)
        if written := [dict(change) for change in changes if change.get("rule") == entry["rule"]]:
            entry["changes"] = written
    near = [entry["rule"] for entry in entries if entry["status"] == "not_matched" and entry.get("missed_by") == 1]
    return explanation._replace(rules=entries, near_misses=near)


def _entry(entry: Mapping[str, Any], answers: Sequence[str] | None, erased: frozenset[str], language: Language) -> dict[str, Any]:
    kept = dict(entry)
    nodes = list(_nodes(kept.get("when")))
    if answers is None:
        return kept
    status, verdicts = answers
    if status != kept["status"]:
        kept |= {"status": status, "message": STATUS_TEXTS[status].format(language, reason=GONE)}
        for name in ("failed", "missed_by"):
            kept.pop(name, None)
    if len(verdicts) != len(nodes):  # it stopped elsewhere, so that not the same nodes were asked
        kept.pop("when", None)
        return kept
    letters = iter(verdicts)
    if nodes:
        kept["when"] = _node(kept["when"], letters, erased, language)
        kept["verdict"] = kept["when"]["verdict"]
    if kept.get("failed"):
        said = {node["path"]: node for node in _nodes(kept["when"])}
        kept["failed"] = [{**one, "message": said.get(one["path"], one)["message"]} for one in kept["failed"]]
    return kept


def _node(node: Mapping[str, Any], letters: Iterator[str], erased: frozenset[str], language: Language) -> dict[str, Any]:
    kept = {**node, "verdict": _VERDICTS[next(letters)]}
    if node.get("field") in erased:
        text = ANSWERED[kept["verdict"]]
        kept |= {"code": "erased", "found": ERASED_VALUE.format(language)}
        kept["message"] = text.format(language, sentence=node["sentence"])
    if "nodes" in node:
        members = [_node(member, letters, erased, language) for member in node["nodes"]]
        kept["nodes"] = members
        if [member["verdict"] for member in members] != [member["verdict"] for member in node["nodes"]]:
            group = str(node["message"]).partition(":")[0]
            met = sum(member["verdict"] == "true" for member in members)
            kept["message"] = f"{group}: {MET.format(language, met=met, count=len(members))}"
    return kept


def _nodes(node: Mapping[str, Any] | None) -> Iterator[Mapping[str, Any]]:
    """A node and all below it, in the order in which they are written."""
    if node is not None:
        yield node
        for member in node.get("nodes", ()):
            yield from _nodes(member)
