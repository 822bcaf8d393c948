"""When a rule runs by itself, as a sentence that a person reads."""

from __future__ import annotations

from collections.abc import Iterable

from rules.document import Rule
from rules.messages import Language, Message, Text
from rules.operators.registry import AND, COMMA
from rules.operators.written_times import DURATION
from rules.schedule import Duration, LookAgain, Schedule
from rules.vocabulary import DAYS, STATUSES

DAILY_AT = Text("every day at {time}", "todos los días a las {time}")
AT_ON = Text("on {days} at {time}", "los {days} a las {time}")
EVERY = Text("every {length}", "cada {length}")
EVERY_ON = Text("every {length} on {days}", "cada {length} los {days}")
LOOK_AGAIN = Text(
    "again {after} after the last decision, for {until}", "de nuevo {after} después de la última decisión, durante {until}"
)
OVER = Text("{times}, over orders with the status {statuses}", "{times}, sobre pedidos en estado {statuses}")
_PLURAL_DAYS = {"sat": "sábados", "sun": "domingos"}  # the others are their own plural


def times_sentence(rule: Rule) -> Message | None:
    """`Every day at 08:00, over orders with the status awaiting shipment, on hold`; None of a rule that names no times."""
    if not rule.runs_by_itself:
        return None
    english, spanish = (_times(rule, language) for language in ("en", "es"))
    return Message("times", Text(english[:1].upper() + english[1:], spanish[:1].upper() + spanish[1:]))


def _times(rule: Rule, language: Language) -> str:
    times = []
    if rule.schedule is not None:
        times.append(_over(_schedule(rule.schedule, language), rule.scheduled_over, language))
    if rule.look_again is not None:
        times.append(_over(_look_again(rule.look_again, language), rule.looked_at_in, language))
    return "; ".join(times)


def _over(times: str, statuses: Iterable[str], language: Language) -> str:
    said = COMMA.format(language).join(STATUSES[status].format(language).lower() for status in statuses)
    return OVER.format(language, times=times, statuses=said)


def _schedule(schedule: Schedule, language: Language) -> str:
    days = _days(schedule.days, language)
    if schedule.every is not None:
        length = _length(schedule.every, language).removeprefix("1 ")
        return (EVERY_ON if days else EVERY).format(language, length=length, days=days)
    return (AT_ON if days else DAILY_AT).format(language, time=f"{schedule.at:%H:%M}", days=days)


def _look_again(look: LookAgain, language: Language) -> str:
    return LOOK_AGAIN.format(language, after=_length(look.after, language), until=_length(look.until, language))


def _days(days: tuple[str, ...], language: Language) -> str:
    said = [_PLURAL_DAYS.get(day, DAYS[day].es) if language == "es" else DAYS[day].en for day in days]
    return COMMA.format(language).join([*said[:-2], AND.format(language).join(said[-2:])]) if said else ""


def _length(duration: Duration, language: Language) -> str:
    said = DURATION.say(duration.text)
    return said if isinstance(said, str) else said.format(language)
