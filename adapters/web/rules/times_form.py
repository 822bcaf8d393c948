"""When a rule runs by itself, between its document and its form: `schedule`, `look_again` and `over`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from adapters.web.rules.form_values import shown_text
from rules.messages import Language
from rules.parser.schedules import TIME_OF_DAY
from rules.problems import Problem
from rules.schedule import DAYS, STATES
from rules.vocabulary import DAYS as DAY_WORDS
from rules.vocabulary import STATUSES

TIMES_KEYS = ("schedule", "look_again", "over")
TEXTS = {"schedule": ("at", "every"), "look_again": ("after", "until")}
TICKS = {"schedule": {"days": DAYS, "over": STATES}}  # and what there is to tick
INPUTS = ("schedule.at", "schedule.every", "look_again.after", "look_again.until")
OVERS = ("schedule.over", "over")  # both mean the same
LISTS = {"schedule.days": DAYS, "schedule.over": STATES, "over": STATES}


@dataclass(frozen=True, slots=True)
class Tick:
    """A box for a day or a status."""

    name: str
    label: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class ShownTimes:
    """The inputs by their places, such as `schedule.at`. What the form cannot show is not among the `keys`."""

    keys: frozenset[str]
    texts: Mapping[str, str]
    ticks: Mapping[str, list[Tick]]
    overs: tuple[str, ...]  # where the statuses are ticked: where they are written, else in the rule
    problems: Mapping[str, tuple[Problem, ...]]
    is_time: bool  # whether the time of day is none or a right one, which an input for times can show

    @property
    def is_wrong(self) -> bool:
        return any(self.problems.values())


def show_times(
    rule: Mapping[str, Any],
    about: Callable[[str], tuple[Problem, ...]],
    within: Callable[[str], tuple[Problem, ...]],
    language: Language,
) -> ShownTimes:
    """What the form shows of it; `about` and `within` say what is wrong at a place, and in it."""
    texts = {place: shown_text(_at(rule, place), language) for place in INPUTS}
    ticks = {
        place: [Tick(f"{place}:{code}", _label(code, language), code in _members(_at(rule, place))) for code in known]
        for place, known in LISTS.items()
    }
    problems = {place: within(place) for place in (*INPUTS, *LISTS)} | {key: about(key) for key in TEXTS}
    time_of_day = texts["schedule.at"]
    is_time = not time_of_day or re.fullmatch(TIME_OF_DAY, time_of_day, re.ASCII) is not None
    keys = frozenset(key for key in TIMES_KEYS if is_known(rule, key))
    written = tuple(place for place in OVERS if _at(rule, place) is not None and place.partition(".")[0] in keys)
    overs = written or (("over",) if "over" in keys else ())
    return ShownTimes(keys, texts, ticks, overs, problems, is_time)


def read_times(rule: Mapping[str, Any], form: Mapping[str, str], language: Language) -> dict[str, Any]:
    """The keys as the form has them; None for one that the rule is without. What the form does not know is not among them."""
    found: dict[str, Any] = {}
    for key in TIMES_KEYS:
        if f"{key}:shown" not in form or not is_known(rule, key):
            continue
        if key == "over":
            found[key] = _ticked(rule.get(key), "over", STATES, form)
        else:
            entered = _entered(rule.get(key, {}), key, form, language)
            found[key] = entered if entered or (key in rule and not rule[key]) else None
    return found


def is_known(rule: Mapping[str, Any], key: str) -> bool:
    """Whether a rule has nothing there, or what the form can show."""
    if key not in rule:
        return True
    value = rule[key]
    if key == "over":
        return _is_list_of(value, STATES)
    lists = TICKS.get(key, {})
    if not isinstance(value, Mapping) or any(one not in TEXTS[key] and one not in lists for one in value):
        return False
    texts = [value[one] for one in TEXTS[key] if one in value]
    return not any(isinstance(text, Mapping | list) or text is None for text in texts) and all(
        _is_list_of(value[one], known) for one, known in lists.items() if one in value
    )


def _entered(old: Mapping[str, Any], key: str, form: Mapping[str, str], language: Language) -> dict[str, Any]:
    new = dict(old)
    for name in TEXTS[key]:
        text = form.get(f"{key}.{name}", "").strip()
        if text != shown_text(old.get(name), language):
            _put(new, name, text or None)
    for name, known in TICKS.get(key, {}).items():
        _put(new, name, _ticked(old.get(name), f"{key}.{name}", known, form))
    return new


def _put(values: dict[str, Any], name: str, value: Any) -> None:
    if value is None:
        values.pop(name, None)
    else:
        values[name] = value


def _ticked(old: Any, place: str, known: tuple[str, ...], form: Mapping[str, str]) -> Any:
    """What is ticked, in the usual order; as it is written where that is the same, None for nothing."""
    now = [code for code in known if f"{place}:{code}" in form]
    return old if old is not None and set(_members(old)) == set(now) else now or None


def _at(rule: Mapping[str, Any], place: str) -> Any:
    key, _, name = place.partition(".")
    value = rule.get(key)
    if not name:
        return value
    return value.get(name) if isinstance(value, Mapping) else None


def _members(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _is_list_of(value: Any, known: tuple[str, ...]) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) and one in known for one in value)


def _label(code: str, language: Language) -> str:
    label = (DAY_WORDS.get(code) or STATUSES[code]).format(language)
    return label[:1].upper() + label[1:]
