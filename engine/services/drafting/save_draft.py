"""Beginning, saving, undoing and discarding a draft. Whoever saves second is joined with the first, and loses nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from engine.application import Application
from engine.model.rule_draft import DraftRevision, RuleDraft, revisions_to_forget
from engine.ports import UnitOfWork
from engine.services.deciding.publish_rules import ADOPTED_SET
from engine.services.drafting.open_set import OpenSet, find_open_set, find_seen, read_document, read_draft
from engine.services.refusals import Refused
from rules.diff import RuleChange, diff_rule_sets
from rules.document import MAX_SLUG_LENGTH
from rules.document_writer import yaml_text
from rules.editing import Clash, DraftText, Merge, NotByRules, Unreadable, merged
from rules.messages import Text
from rules.parser.reading import SLUG
from rules.source import MAX_DOCUMENT_BYTES

SET_TAKEN = Text(
    'The account has a rule set "{set}" already: give this one another name.',
    'La cuenta ya tiene un conjunto de reglas "{set}": pon otro nombre a este.',
)
BAD_SLUG = Text(
    "A rule set needs a name with letters or digits, such as My rules.",
    "Un conjunto de reglas necesita un nombre con letras o cifras, como Mis reglas.",
)
TOO_LARGE = Text(
    "The document has {size} bytes; the limit is {limit} (1 MiB). Nothing was saved.",
    "El documento tiene {size} bytes; el límite es {limit} (1 MiB). No se ha guardado nada.",
)
HAS_NUL = Text(
    "The text holds the character U+0000, which cannot be stored: remove it. Nothing was saved.",
    "El texto contiene el carácter U+0000, que no se puede guardar: quítalo. No se ha guardado nada.",
)
NOTHING_THERE = Text("There is nothing more to undo or redo.", "No hay nada más que deshacer ni rehacer.")
CHANGED_MEANWHILE = Text(
    "Somebody changed the draft meanwhile: look at it again.", "Alguien ha cambiado el borrador mientras tanto: vuelve a mirarlo."
)


class DraftClash(Exception):
    """Others changed meanwhile what somebody wants to save. Nothing was saved; all that both want is here.

    `theirs` is what is saved; the clashes say where `mine` wants something else. Without a merge the texts as a whole clash.
    """

    def __init__(self, theirs: OpenSet, mine: str, merge: Merge | None) -> None:
        super().__init__("changed meanwhile")
        self.theirs = theirs
        self.mine = mine
        self.clashes: tuple[Clash, ...] = () if merge is None else merge.clashes


class ChangedMeanwhile(Exception):
    """Others changed what somebody goes on typing into. Nothing was saved; `now` is what they made of it."""

    def __init__(self, now: OpenSet) -> None:
        super().__init__("changed meanwhile")
        self.now = now


Settle = Literal["ask", "mine", "theirs"]  # whose changes count where both changed the same


@dataclass(frozen=True, slots=True)
class Saved:
    """What is edited from now on; `joined` when it holds changes of others that were not seen before: `theirs`."""

    seen: str
    document: str
    joined: bool = False
    theirs: tuple[RuleChange, ...] = ()


def start_set(app: Application, account_id: str, set_slug: str, document: str, actor: str) -> Saved:
    """A draft of a set that the account does not have. Raises Refused."""
    _check_document(document)
    if not SLUG.fullmatch(set_slug) or len(set_slug) > MAX_SLUG_LENGTH:
        raise Refused("bad_set", BAD_SLUG)
    with app.unit_of_work() as uow:
        uow.accounts.get(account_id, for_change=True)
        known = uow.rule_drafts.find(account_id, set_slug) or uow.rule_sets.find_version(account_id, set_slug)
        if known is not None:
            raise Refused("set_taken", SET_TAKEN, set=set_slug)
        saved = _Keeping(app, uow, account_id, set_slug, actor).begin(document, None)
        uow.commit()
    return saved


def save_draft(
    app: Application, account_id: str, set_slug: str, document: str, seen: str, actor: str, *, settle: Settle = "ask"
) -> Saved:
    """Keep what somebody made of the state that they saw, beginning a draft where there is none.

    What others saved since then is joined with it rule by rule. Raises DraftClash where both changed the same, unless
    it is settled whose counts; Refused for a set that there is not, and for what cannot be kept.
    """
    _check_document(document)
    with app.unit_of_work() as uow:
        uow.accounts.get(account_id, for_change=True)  # two people save one after the other
        now = find_open_set(uow, account_id, set_slug)
        if now.is_adopted:
            raise Refused("adopted_set", ADOPTED_SET, set=set_slug)
        joined = now.seen != seen and now.document != document
        theirs: tuple[RuleChange, ...] = ()
        if joined:
            before = find_seen(uow, account_id, set_slug, seen)
            theirs = () if before is None else _changes(before.document, now.document)
            document = _join(now, None if before is None else before.document, document, settle)
        keeping = _Keeping(app, uow, account_id, set_slug, actor)
        if document == now.document:
            return Saved(now.seen, document, joined, theirs)
        saved = keeping.go_on(now, document)
        uow.commit()
    return replace(saved, joined=joined, theirs=theirs)


def autosave_draft(
    app: Application, account_id: str, set_slug: str, document: str, seen: str, actor: str, *, step: str = ""
) -> Saved:
    """Keep what somebody is typing, only while what they saw is what is saved: unasked, nothing is joined with others' changes.

    `step` is the state at which they began what undo is to take back at once. Where no draft was there at that time, it is the
    state that the draft began with. Raises ChangedMeanwhile, and Refused as `save_draft` does.
    """
    _check_document(document)
    with app.unit_of_work() as uow:
        uow.accounts.get(account_id, for_change=True)
        now = find_open_set(uow, account_id, set_slug)
        if now.is_adopted:
            raise Refused("adopted_set", ADOPTED_SET, set=set_slug)
        if now.seen != seen:
            raise ChangedMeanwhile(now)
        if document == now.document:
            return Saved(now.seen, document)
        saved = _Keeping(app, uow, account_id, set_slug, actor).go_on(now, document, replaces=step)
        uow.commit()
    return saved


def change_draft(
    app: Application, account_id: str, set_slug: str, seen: str, actor: str, change: Callable[[DraftText], DraftText]
) -> Saved:
    """Make a change to the state that somebody saw, and keep it as `save_draft` does. Raises what the change does, too."""
    with app.reading() as uow:
        find_open_set(uow, account_id, set_slug)
        began = find_seen(uow, account_id, set_slug, seen)
    if began is None:
        raise Refused("changed_meanwhile", CHANGED_MEANWHILE)
    return save_draft(app, account_id, set_slug, change(read_draft(began.document)).text, seen, actor)


def rebase_draft(app: Application, account_id: str, set_slug: str, seen: str, actor: str, *, settle: Settle = "ask") -> Saved:
    """Join the draft with the version that somebody published after it was begun. Raises DraftClash and Refused."""
    with app.unit_of_work() as uow:
        uow.accounts.get(account_id, for_change=True)
        now = _unchanged(uow, account_id, set_slug, seen)
        if now.draft is None or now.newest is None or not now.is_overtaken:
            return Saved(now.seen, now.document)
        before = find_seen(uow, account_id, set_slug, now.draft.base_version_id or "")
        theirs = replace(now, document=now.newest.document)
        document = _join(theirs, None if before is None else before.document, now.document, settle)
        saved = _Keeping(app, uow, account_id, set_slug, actor).go_on(now, document, base=now.newest.id)
        uow.commit()
    return replace(saved, joined=True)


def undo(app: Application, account_id: str, set_slug: str, seen: str, actor: str, *, redo: bool = False) -> Saved:
    """Go back to the state before the last change, or with `redo` to the newest that followed this one. Raises Refused."""
    with app.unit_of_work() as uow:
        uow.accounts.get(account_id, for_change=True)
        now = _unchanged(uow, account_id, set_slug, seen)
        follows = uow.rule_drafts.list_numbers(account_id, set_slug)
        wanted = None
        if now.draft is not None and redo:
            wanted = max((number for number, one in follows.items() if one == now.draft.revision), default=None)
        elif now.draft is not None:
            wanted = follows[now.draft.revision]
        revision = None if wanted is None else uow.rule_drafts.find_revision(account_id, set_slug, wanted)
        if now.draft is None or revision is None:
            raise Refused("nothing_there", NOTHING_THERE)
        changed = replace(now.draft, revision=revision.number, updated_at=app.clock.now(), updated_by=actor)
        uow.rule_drafts.put(changed)
        uow.commit()
    return Saved(revision.state, revision.document)


def discard_draft(app: Application, account_id: str, set_slug: str, seen: str) -> None:
    """Forget the draft and all its revisions. Raises Refused when it was changed meanwhile."""
    with app.unit_of_work() as uow:
        uow.accounts.get(account_id, for_change=True)
        _unchanged(uow, account_id, set_slug, seen)
        uow.rule_drafts.remove(account_id, set_slug)
        uow.commit()


def new_document(set_slug: str, name: str) -> str:
    """The document of a set without rules."""
    return yaml_text({"set": set_slug, "name": name, "rules": []})


def _changes(before: str, after: str) -> tuple[RuleChange, ...]:
    """What one document says otherwise than another; nothing where one of them has errors."""
    old, new = read_document(before)[0], read_document(after)[0]
    return () if old is None or new is None else tuple(diff_rule_sets(old, new))


def _check_document(document: str) -> None:
    size = len(document.encode("utf-8"))
    if size > MAX_DOCUMENT_BYTES:
        raise Refused("limit_document", TOO_LARGE, size=size, limit=MAX_DOCUMENT_BYTES)
    if "\0" in document:
        raise Refused("nul_character", HAS_NUL)


def _unchanged(uow: UnitOfWork, account_id: str, set_slug: str, seen: str) -> OpenSet:
    now = find_open_set(uow, account_id, set_slug)
    if now.seen != seen:
        raise Refused("changed_meanwhile", CHANGED_MEANWHILE)
    return now


def _join(now: OpenSet, before: str | None, mine: str, settle: Settle) -> str:
    """What is saved now, with my changes since the state before. Raises DraftClash."""
    merge = _merge(before, now.document, mine, insist=settle == "mine")
    if merge is None:
        if settle == "ask":
            raise DraftClash(now, mine, None)
        return mine if settle == "mine" else now.document
    if merge.clashes and settle == "ask":
        raise DraftClash(now, mine, merge)
    return merge.draft.text


def _merge(before: str | None, theirs: str, mine: str, *, insist: bool) -> Merge | None:
    """None where the documents cannot be joined rule by rule."""
    if before is None:
        return None
    try:
        return merged(read_draft(before), read_draft(theirs), read_draft(mine), insist=insist)
    except (Unreadable, NotByRules):
        return None


@dataclass(frozen=True, slots=True)
class _Keeping:
    """Writes revisions of one draft."""

    app: Application
    uow: UnitOfWork
    account_id: str
    set_slug: str
    actor: str

    def begin(self, document: str, base: str | None) -> Saved:
        return self._keep(1, document, None, base)

    def go_on(self, now: OpenSet, document: str, base: str | None = None, *, replaces: str = "") -> Saved:
        """The next revision; where there is no draft yet, undo leads back to what it was begun from.

        Where it goes on with what the same person saved last in the step that began at the state `replaces`, undo leads back
        to that state, past the revisions in between.
        """
        if now.draft is None:
            newest = None if now.newest is None else now.newest.id
            self.begin(now.document, newest)
            return self._keep(2, document, 1, newest)
        follows = self.uow.rule_drafts.list_numbers(self.account_id, self.set_slug)
        number, after = max(follows) + 1, now.draft.revision
        before = follows[after]
        if before is not None and replaces and now.draft.updated_by == self.actor:
            began = self.uow.rule_drafts.find_revision(self.account_id, self.set_slug, before)
            is_first = began is not None and began.follows is None and now.draft.base_version_id == replaces
            after = before if is_first or (began is not None and began.state == replaces) else after
        saved = self._keep(number, document, after, base or now.draft.base_version_id)
        forgotten = revisions_to_forget({**follows, number: after}, number)
        if forgotten:
            self.uow.rule_drafts.forget_revisions(self.account_id, self.set_slug, forgotten)
        return saved

    def _keep(self, number: int, document: str, follows: int | None, base: str | None) -> Saved:
        time = self.app.clock.now()
        revision = DraftRevision(self.account_id, self.set_slug, number, document, time, self.actor, follows)
        self.uow.rule_drafts.add_revision(revision)
        self.uow.rule_drafts.put(RuleDraft(self.account_id, self.set_slug, number, time, self.actor, base))
        return Saved(revision.state, document)
