"""An account's named lists: who changes one changes what its published rules compare with, from the next decision on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from engine.application import Application
from engine.model.account import Account
from engine.model.account_list import AccountList
from engine.model.audit import AuditEntry
from engine.model.ids import new_id
from engine.ports import UnitOfWork
from engine.services.accounts.people import OPERATOR
from engine.services.deciding.run_rules import published_rules
from engine.services.refusals import Refused
from rules.document import Condition, Rule, RuleSet, conditions_of
from rules.messages import Message, Text
from rules.named_lists import MAX_MEMBERS, NamedList, digest_of
from rules.operators import find_operator
from rules.operators.texts import MAX_TEXT
from rules.values import exact_text, folded_text, shown

LONGEST_NAME = 60
MOST_LISTS = 200
RULES_NAMED = 10
_SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")

BAD_NAME = Text(
    "{name} is not a name for a list: write 1 to {longest} lower-case letters, digits and hyphens, such as fragile-skus.",
    "{name} no sirve como nombre de lista: usa de 1 a {longest} letras minúsculas, cifras y guiones, como skus-fragiles.",
)
NAME_TAKEN = Text(
    'There is a list "{name}" already: choose another name, or change that one.',
    'Ya existe la lista "{name}": elige otro nombre o cambia esa.',
)
NO_LIST = Text('The account has no list "{name}": check its name.', 'La cuenta no tiene la lista "{name}": comprueba el nombre.')
TOO_MANY_LISTS = Text(
    "An account keeps at most {limit} lists: remove some that are no longer used.",
    "Una cuenta guarda como máximo {limit} listas: elimina las que ya no se usen.",
)
TOO_MANY_MEMBERS = Text(
    "The list would have {count} members; a list may have {limit}.",
    "La lista tendría {count} elementos; una lista puede tener {limit}.",
)
BAD_MEMBER = Text(
    "a member has 1 to {limit} characters, this one {length}", "un elemento tiene de 1 a {limit} caracteres, este {length}"
)
BAD_MEMBERS = Text("{member}: {problem}.", "{member}: {problem}.")
NOT_MEMBERS = Text(
    'The list "{name}" does not hold {members}: nothing was changed.',
    'La lista "{name}" no contiene {members}: no se ha cambiado nada.',
)
IN_USE = Text(
    'The list "{name}" stays, because rules name it: {rules}. Publish rules that do without it first; meanwhile it may be '
    "emptied.",
    'La lista "{name}" se queda porque la nombran reglas: {rules}. Publica antes reglas que no la usen; mientras tanto se puede '
    "vaciar.",
)
DOES_NOT_FIT = Text(
    'The rule "{rule}" compares {field} with this list, and {problem}. Nothing was changed.',
    'La regla "{rule}" compara {field} con esta lista y {problem}. No se ha cambiado nada.',
)


@dataclass(frozen=True, slots=True)
class ListedList:
    """A list with the ids of the published rules that name it, and the address of who changed it last."""

    kept: AccountList
    rules: tuple[str, ...]
    who: str


@dataclass(frozen=True, slots=True)
class ListChange:
    """A list as it is after a change, and how many members came and went."""

    kept: AccountList
    added: int = 0
    removed: int = 0


def list_lists(app: Application, account: Account) -> list[ListedList]:
    """By name. Where the published rules can no longer be read, no rule is named."""
    with app.reading() as uow:
        kept = uow.lists.list_for(account.id)
        people = {user.id: user.email for user in uow.users.list_for(account.id)} if kept else {}
        try:
            naming = _rules_naming(published_rules(app, uow, account)) if kept else {}
        except Refused:
            naming = {}
    return [ListedList(one, _ids(naming.get(one.name, ())), people.get(one.changed_by, one.changed_by)) for one in kept]


def list_names(app: Application, account_id: str) -> list[str]:
    """What an account's lists are called, in order."""
    with app.reading() as uow:
        return [one.name for one in uow.lists.list_for(account_id)]


def find_list(app: Application, account: Account, name: str) -> tuple[ListedList, Sequence[str]]:
    """A list and its members, in their order. Raises Refused."""
    wanted = folded_text(name)
    listed = next((one for one in list_lists(app, account) if one.kept.name == wanted), None)
    if listed is None:
        raise _no_list(name)
    with app.reading() as uow:
        members = uow.lists.members(account.id, [listed.kept.digest])
    return listed, members.get(listed.kept.digest, ())


def set_list(
    app: Application, account: Account, name: str, members: Sequence[str], actor: str = OPERATOR, *, is_new: bool = False
) -> ListChange:
    """A list with these members and no others, made where there is none; with `is_new` it has to be. Raises Refused."""
    change = _Change(app, account, name, actor, "list.set", may_make=True, must_be_new=is_new)
    return change.carried_out(lambda _before: members)


def add_members(app: Application, account: Account, name: str, members: Sequence[str], actor: str = OPERATOR) -> ListChange:
    """The list with these members too; those that it has already change nothing. Raises Refused."""
    return _Change(app, account, name, actor, "list.members_added").carried_out(lambda before: (*before, *members))


def drop_members(app: Application, account: Account, name: str, members: Sequence[str], actor: str = OPERATOR) -> ListChange:
    """The list without these members, in whatever case they are written. Raises Refused where it does not hold one of them."""
    gone = {folded_text(member) for member in members}

    def left(before: Sequence[str]) -> Sequence[str]:
        lacking = gone - {folded_text(member) for member in before}
        if lacking:
            named = ", ".join(shown(member) for member in members if folded_text(member) in lacking)
            raise Refused("not_members", NOT_MEMBERS, name=name, members=named)
        return [member for member in before if folded_text(member) not in gone]

    return _Change(app, account, name, actor, "list.members_dropped").carried_out(left)


def remove_list(app: Application, account: Account, name: str, actor: str = OPERATOR) -> AccountList:
    """Forget a list that no published rule names; what decisions saw of it stays. Raises Refused."""
    now = app.clock.now()
    with app.unit_of_work() as uow:
        uow.rule_sets.list_published(account.id, for_change=True)  # nobody publishes a rule that names it meanwhile
        kept = _find(uow.lists.list_for(account.id), name)
        if kept is None:
            raise _no_list(name)
        naming = _ids(_rules_naming(published_rules(app, uow, account)).get(kept.name, ()))
        if naming:
            said = ", ".join([*naming[:RULES_NAMED], *(["…"] if len(naming) > RULES_NAMED else [])])
            raise Refused("list_in_use", IN_USE, name=kept.name, rules=said)
        uow.lists.remove(account.id, kept.id, now)
        uow.audit.append([AuditEntry(account.id, now, actor, "list.removed", kept.id, kept.name)])
        uow.commit()
    return kept


def check_member(member: str) -> Message | None:
    """What is wrong with a member."""
    if member.strip() and len(member) <= MAX_TEXT:
        return None
    return Message("bad_member", BAD_MEMBER, {"limit": MAX_TEXT, "length": len(member.strip() and member)})


@dataclass(frozen=True, slots=True)
class _Change:
    """A change of one list, by whom and what it is called."""

    app: Application
    account: Account
    name: str
    actor: str
    action: str
    may_make: bool = False
    must_be_new: bool = False

    def carried_out(self, changed: Callable[[Sequence[str]], Sequence[str]]) -> ListChange:
        """What becomes of the list whose members are `changed` from what they were; one change comes after the other."""
        account_id, now = self.account.id, self.app.clock.now()
        with self.app.unit_of_work() as uow:
            uow.accounts.get(account_id, for_change=True)
            kept = self._find(uow)
            before: Sequence[str] = () if kept is None else uow.lists.members(account_id, [kept.digest])[kept.digest]
            members = _sound(changed(before))
            self._check_fit(uow, members)
            if kept is not None and tuple(before) == members:
                return ListChange(kept)
            list_id, state = new_id("lst") if kept is None else kept.id, (digest_of(members), len(members), now, self.actor)
            after = AccountList(list_id, account_id, self.name, *state)
            change = ListChange(after, len(set(members).difference(before)), len(set(before).difference(members)))
            uow.lists.put(after, members)
            uow.audit.append([self._entry(change, None if kept is None else len(before))])
            uow.commit()
        return change

    def _find(self, uow: UnitOfWork) -> AccountList | None:
        """The list as it is; None where one is going to be made."""
        known = uow.lists.list_for(self.account.id)
        kept = _find(known, self.name)
        if kept is not None and self.must_be_new:
            raise Refused("name_taken", NAME_TAKEN, name=kept.name)
        if kept is None and not self.may_make:
            raise _no_list(self.name)
        if kept is None and (len(self.name) > LONGEST_NAME or _SLUG.fullmatch(self.name) is None):
            raise Refused("bad_name", BAD_NAME, name=shown(self.name), longest=LONGEST_NAME)
        if kept is None and len(known) >= MOST_LISTS:
            raise Refused("too_many_lists", TOO_MANY_LISTS, limit=MOST_LISTS)
        return kept

    def _check_fit(self, uow: UnitOfWork, members: Sequence[str]) -> None:
        """What published rules compare with a number has to be numbers."""
        named = NamedList(self.name, members)
        rules = published_rules(self.app, uow, self.account)
        for rule, condition in _rules_naming(rules).get(folded_text(self.name), ()):
            operator = find_operator(condition.field.type, condition.operator)
            assert operator is not None
            problem = named.operand(operator, condition.match_case, ZoneInfo(self.account.time_zone))
            if isinstance(problem, Message):
                params = {"rule": rule.id, "field": condition.field.name, "problem": problem}
                raise Refused("members_do_not_fit", DOES_NOT_FIT, **params)

    def _entry(self, change: ListChange, before: int | None) -> AuditEntry:
        counts = {"name": change.kept.name, "members": change.kept.count, "added": change.added, "removed": change.removed}
        kept = change.kept
        return AuditEntry(kept.account_id, kept.changed_at, self.actor, self.action, kept.id, before, counts)


def _sound(members: Sequence[str]) -> tuple[str, ...]:
    """The members, each once. Raises Refused."""
    for member in members:
        problem = check_member(member)
        if problem is not None:
            raise Refused("bad_member", BAD_MEMBERS, member=shown(member), problem=problem)
    once = tuple(dict.fromkeys(map(exact_text, members)))
    if len(once) > MAX_MEMBERS:
        raise Refused("too_many_members", TOO_MANY_MEMBERS, count=len(once), limit=MAX_MEMBERS)
    return once


def _rules_naming(rules: RuleSet) -> dict[str, list[tuple[Rule, Condition]]]:
    """By the folded name of a list: the rules that name it, each with the conditions that do."""
    naming: dict[str, list[tuple[Rule, Condition]]] = {}
    for rule in rules.rules:
        for condition in conditions_of(rule.when):
            if condition.list_name is not None:
                naming.setdefault(folded_text(condition.list_name), []).append((rule, condition))
    return naming


def _ids(naming: Iterable[tuple[Rule, Condition]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(rule.id for rule, _ in naming))


def _find(known: Sequence[AccountList], name: str) -> AccountList | None:
    wanted = folded_text(name)
    return next((one for one in known if one.name == wanted), None)


def _no_list(name: str) -> Refused:
    return Refused("no_list", NO_LIST, name=name)
