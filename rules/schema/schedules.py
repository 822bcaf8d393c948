"""The schema of when a rule runs by itself."""

from __future__ import annotations

from typing import Any

from rules.messages import Language, Text
from rules.operators.written_times import DURATION
from rules.parser.schedules import TIME_OF_DAY
from rules.schedule import DAYS, DEFAULT_OVER, SCHEDULE, STATES
from rules.schema.words import Schema, choices, closed, described
from rules.vocabulary import DAYS as DAY_WORDS
from rules.vocabulary import LOOK_AGAIN_KEYS, SCHEDULE_KEYS, STATUSES


def schedule_definitions(language: Language) -> dict[str, Any]:
    """`schedule`, `look_again` and `over`."""
    parts: dict[str, Schema] = {
        "at": {"type": "string", "pattern": rf"^\s*({TIME_OF_DAY})\s*$"},
        "every": dict(DURATION.schema),
        "days": _list({code: DAY_WORDS[code] for code in DAYS}, language),
        "over": {"$ref": "#/$defs/over"},
    }
    schedule = closed({key: described(SCHEDULE_KEYS[key], part, language) for key, part in parts.items()})
    spans = {key: described(help_, DURATION.schema, language) for key, help_ in LOOK_AGAIN_KEYS.items()}
    return {
        "schedule": {**schedule, "oneOf": [{"required": ["at"]}, {"required": ["every"]}]},
        "look_again": closed(spans, ["after", "until"]),
        "over": {**_list({code: STATUSES[code] for code in STATES}, language), "default": list(DEFAULT_OVER)},
    }


def schedule_needs() -> Schema:
    """What else a rule has to have that says when it runs by itself, by the key that says so."""
    trigger = {"required": ["on"], "properties": {"on": {"contains": {"const": SCHEDULE}}}}
    times = {"anyOf": [{"required": ["schedule"]}, {"required": ["look_again"]}]}
    return {"schedule": trigger, "look_again": trigger, "over": times}


def _list(words: dict[str, Text], language: Language) -> Schema:
    return {"type": "array", "items": choices(words, language), "minItems": 1}
