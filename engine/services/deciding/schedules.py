"""When an account's rules run by themselves: worked out anew whenever other rules run, and shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from engine.application import Application, UnreadableVersion
from engine.log import get_logger
from engine.model.account import Account
from engine.model.ids import new_id
from engine.model.job import Job, JobKind, schedules_key
from engine.model.rule_set import RuleSetVersion
from engine.model.schedule import RuleSchedule, Settled, made_of
from engine.services.accounts.acting import find_account
from rules.document import Rule
from rules.messages import Message
from rules.order_document import dumps
from rules.schedule_sentences import times_sentence

log = get_logger(__name__)

LOOKS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class ShownSchedule:
    """A rule that runs by itself, as people see it: when, when next, and what its last run came to.

    `last_due` is the time that its last run was for which has ended, of a rule without times the last time it looked at orders
    again; `looks` is how many it will look at, the first of them at `next_look`.
    """

    rule: Rule
    times: Message
    next_due: datetime | None
    last_due: datetime | None
    last_ended: datetime | None
    orders: int
    matched: int
    is_running: bool
    looks: int
    next_look: datetime | None


def arm_schedules(app: Application) -> int:
    """Make the work due of each account that has anything to run by now; for how many it was not."""
    with app.reading() as uow:
        unsettled = uow.schedules.list_unsettled()
    for account_id in unsettled:
        settle_schedules(app, account_id)
    now = app.clock.now()
    with app.reading() as uow:
        accounts = uow.schedules.list_accounts_due(now)
    if not accounts:
        return 0
    with app.unit_of_work() as uow:
        jobs = [Job(new_id("job"), one, JobKind.RUN_SCHEDULES, schedules_key(one), {}, now, now) for one in accounts]
        armed = [uow.jobs.upsert_due(job, patient=True) for job in jobs]
        uow.commit()
    return sum(armed)


def pull_schedules(app: Application) -> int:
    """Bring back what a wrong clock has put off: times of rules that are later than the next one that a rule has, and looks at
    orders after decisions that are to come. How many there were.

    Rules that can no longer be read leave theirs as they are.
    """
    now = app.clock.now()
    with app.reading() as uow:
        accounts = uow.schedules.list_accounts_later(now)
    pulled = sum(_pull_those_of(app, account_id, now) for account_id in accounts)
    while looks := _pull_looks(app, now):
        pulled += looks
    if pulled:
        log.warning("schedules.put_off_by_a_wrong_clock", times=pulled)
    return pulled


def _pull_those_of(app: Application, account_id: str, now: datetime) -> int:
    with app.unit_of_work() as uow:
        schedules = uow.schedules.list_for(account_id, for_change=True)
        account, versions = uow.accounts.get(account_id), uow.rule_sets.list_published(account_id)
        rules, zone = _rules_by_themselves(app, account, versions) or {}, ZoneInfo(account.time_zone)
        following = {rule.id: rule.schedule.next_after(now, zone) for rule in rules.values() if rule.schedule is not None}
        late = [one for one in schedules if one.due_at is not None and one.due_at > following.get(one.rule_id, one.due_at)]
        uow.schedules.put([replace(one, due_at=following[one.rule_id]) for one in late])
        uow.commit()
    return len(late)


def _pull_looks(app: Application, now: datetime) -> int:
    """So long after now as each would have come after its decision."""
    with app.unit_of_work() as uow:
        looks = uow.schedules.list_looks_ahead(now, LOOKS_AT_ONCE)
        uow.schedules.put_looks([look.decided_by(now) for look in looks])
        uow.commit()
    return len(looks)


def settle_schedules(app: Application, account_id: str) -> None:
    """Make an account's schedules of the rules that run now, where they are still those of others.

    A rule that says the same as before keeps its time. A new one is due at its first time after it was published. Rules that can
    no longer be read leave everything as it is.
    """
    with app.unit_of_work() as uow:
        known = {one.rule_id: one for one in uow.schedules.list_for(account_id, for_change=True)}
        account, versions = uow.accounts.get(account_id), uow.rule_sets.list_published(account_id)
        settled = uow.schedules.find_settled(account_id)
        digest = made_of(account.time_zone, [version.id for version in versions])
        if settled is not None and settled.made_of == digest:
            return
        rules = _rules_by_themselves(app, account, versions)
        if rules is None:
            return
        for gone in known.keys() - rules.keys():
            uow.schedules.remove(account_id, gone)
        made = _Making(account, known, _since(versions, settled, app.clock.now()))
        uow.schedules.put([made.of(rule) for rule in rules.values()])
        published = [*(version.published_at for version in versions), *(() if settled is None else (settled.newest_at,))]
        newest = max((at for at in published if at is not None), default=None)
        uow.schedules.put_settled(Settled(account_id, digest, newest))
        uow.commit()


def list_schedules(app: Application, slug: str) -> tuple[ZoneInfo, list[ShownSchedule]]:
    """The account's time zone, and its rules that run by themselves, in the order in which they run. Raises Refused for an
    unknown account.

    What was published a moment ago counts already.
    """
    with app.reading() as uow:
        account = find_account(uow, slug)
        versions = uow.rule_sets.list_published(account.id)
        settled = uow.schedules.find_settled(account.id)
        known = {one.rule_id: one for one in uow.schedules.list_for(account.id)}
        run, looks = uow.schedules.find_run(account.id), uow.schedules.count_looks(account.id)
    rules = _rules_by_themselves(app, account, versions) or {}
    made = _Making(account, known, _since(versions, settled, app.clock.now()))
    shown = []
    for rule in rules.values():
        one = made.of(rule)
        count, next_look = looks.get(rule.id, (0, None))
        times = times_sentence(rule)
        assert times is not None
        shown.append(
            ShownSchedule(
                rule,
                times,
                one.due_at,
                one.last_due_at,
                one.last_ended_at,
                one.last_orders,
                one.last_matched,
                is_running=run is not None and rule.id in run.due,
                looks=count,
                next_look=next_look,
            )
        )
    return ZoneInfo(account.time_zone), shown


def runs_by_itself(rule: Rule) -> bool:
    """Whether a rule that an account runs is one that the clock starts."""
    return rule.enabled and rule.runs_by_itself


def _rules_by_themselves(app: Application, account: Account, versions: Sequence[RuleSetVersion]) -> dict[str, Rule] | None:
    """By id, in their order; None where rules can no longer be read."""
    try:
        rule_set = app.compiled.get(versions, ZoneInfo(account.time_zone)).rule_set
    except UnreadableVersion:
        return None
    return {rule.id: rule for rule in rule_set.rules if runs_by_itself(rule)}


def _since(versions: Sequence[RuleSetVersion], settled: Settled | None, now: datetime) -> Mapping[str, datetime]:
    """From when on the rules of each set have their times, by its slug: since they were published, or run again by now."""
    newest = None if settled is None else settled.newest_at
    return {
        version.set_slug: version.published_at if newest is None or version.published_at > newest else now for version in versions
    }


@dataclass(frozen=True, slots=True)
class _Making:
    """Makes the schedules of an account's rules of what was known of them."""

    account: Account
    known: Mapping[str, RuleSchedule]
    since: Mapping[str, datetime]

    def of(self, rule: Rule) -> RuleSchedule:
        """As the rule is now: one that says the same as before keeps its time, and how far it has come."""
        zone = ZoneInfo(self.account.time_zone)
        schedule = self.known.get(rule.id) or RuleSchedule(self.account.id, rule.id)
        times = look = ""
        if rule.schedule is not None:
            times = dumps({**rule.schedule.to_data(), "over": None, "zone": zone.key}).decode()
        if rule.look_again is not None:
            look = dumps({**rule.look_again.to_data(), "over": list(rule.looked_at_in)}).decode()
        if schedule.times != times:
            due_at = None if rule.schedule is None else rule.schedule.next_after(self.since[rule.origin], zone)
            schedule = replace(schedule, times=times, due_at=due_at)
        if schedule.look != look:
            schedule = replace(schedule, look=look, enrolled="" if look else None)
        return schedule
