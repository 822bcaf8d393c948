"""Named lists that rules compare with: all of them, and one with its members."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from adapters.web.language import page_language
from adapters.web.parts import parts
from adapters.web.people import for_admins, this_person
from adapters.web.saved_in_turn import saved_in_turn
from adapters.web.seen_forms import changed_meanwhile, is_outdated
from adapters.web.settings.blueprint import pages
from engine.services.lists.list_files import LONGEST_FILE_BYTES, members_of, parse_members, write_list
from engine.services.lists.named_lists import (
    LONGEST_NAME,
    ListedList,
    add_members,
    drop_members,
    find_list,
    list_lists,
    remove_list,
    set_list,
)
from engine.services.refusals import Refused
from engine.services.spreadsheets import PROBLEMS_NAMED, LinesRefused
from rules.named_lists import MAX_MEMBERS
from rules.values import folded_text

PLACE = "rules"  # in the navigation; *Settings* leads here too
SHOWN = 200  # members, on the page of a list
FORM_BYTES = 64 * 1024  # beside the members
REPLACING = ("replace", "empty")  # what adds or takes out members leaves those of others alone
LARGE = ("settings.make_list", "settings.change_list")


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why what a person entered was not taken: a sentence, or what is wrong with which lines."""

    sentence: str = ""
    lines: tuple[tuple[int, str], ...] = ()
    more: int = 0

    @classmethod
    def of(cls, refusal: Refused) -> Wrong:
        if not isinstance(refusal, LinesRefused):
            return cls(refusal.format(page_language()))
        lines = [(line, problem.format(page_language())) for line, problem in refusal.problems[:PROBLEMS_NAMED]]
        return cls("", tuple(lines), len(refusal.problems) - len(lines))


@pages.url_value_preprocessor
def allow_for_members(endpoint: str | None, _values: object) -> None:
    """Forms with members may be larger than others. This has to be said before anything reads the form."""
    if endpoint in LARGE and request.method == "POST":
        request.max_content_length = LONGEST_FILE_BYTES + FORM_BYTES
        request.max_form_memory_size = LONGEST_FILE_BYTES + FORM_BYTES


@pages.get("/rules/lists")
@login_required
def lists() -> ResponseReturnValue:
    return _page()


@pages.post("/rules/lists")
@for_admins
def make_list() -> ResponseReturnValue:
    """A new list with the members that are pasted, or in a file; without any it is empty."""
    person, name = this_person(), request.form.get("name", "").strip()
    try:
        made = set_list(parts().app, person.account, name, _entered_members(), person.user.id, is_new=True)
    except Refused as refusal:
        return _page(Wrong.of(refusal)), 422
    flash(gettext("The list %(name)s is made.", name=made.kept.name), "success")
    return redirect(url_for("settings.show_list", list_name=made.kept.name))


@pages.get("/rules/lists/<list_name>")
@login_required
def show_list(list_name: str) -> ResponseReturnValue:
    return _list_page(list_name)


@pages.post("/rules/lists/<list_name>")
@for_admins
@saved_in_turn
def change_list(list_name: str) -> ResponseReturnValue:
    """Add members, take some or all out, put others in their place, or remove the list."""
    listed, _ = _found(list_name)
    if request.form.get("do") in REPLACING and is_outdated(listed.kept.digest):
        return _list_page(list_name, Wrong(changed_meanwhile())), 422
    try:
        answer = _carried_out(list_name, request.form.get("do", ""))
    except Refused as refusal:
        return _list_page(list_name, Wrong.of(refusal)), 422
    return answer


def _carried_out(name: str, do: str) -> ResponseReturnValue:
    app, person = parts().app, this_person()
    account, actor = person.account, person.user.id
    if do == "remove":
        remove_list(app, account, name, actor)
        flash(gettext("The list %(name)s is removed.", name=name), "success")
        return redirect(url_for("settings.lists"))
    match do:
        case "drop":
            change = drop_members(app, account, name, request.form.getlist("member"), actor)
        case "empty":
            change = set_list(app, account, name, [], actor)
        case "add" | "replace":
            members = _entered_members()
            if not members:
                return _list_page(name, Wrong(gettext("Paste members, or choose a file."))), 422
            change = (set_list if do == "replace" else add_members)(app, account, name, members, actor)
        case _:
            abort(400)
    said = gettext("Added: %(added)s. Taken out: %(removed)s.", added=change.added, removed=change.removed)
    flash(said, "success")
    return redirect(url_for("settings.show_list", list_name=change.kept.name))


@pages.get("/rules/lists/<list_name>/members.csv")
@login_required
def download_list(list_name: str) -> ResponseReturnValue:
    """All members, for a spreadsheet."""
    listed, members = _found(list_name)
    headers = {"Content-Disposition": f'attachment; filename="{listed.kept.name}.csv"'}
    return Response("\ufeff" + write_list(members), content_type="text/csv; charset=utf-8", headers=headers)


def _page(wrong: Wrong | None = None) -> str:
    return render_template(
        "settings/lists.html",
        place=PLACE,
        lists=list_lists(parts().app, this_person().account),
        wrong=wrong or Wrong(),
        entered=request.form,
        longest=LONGEST_NAME,
        most=MAX_MEMBERS,
    )


def _list_page(name: str, wrong: Wrong | None = None) -> str:
    listed, members = _found(name)
    search = request.args.get("q", "").strip()
    wanted = folded_text(search)
    found = [member for member in members if wanted in folded_text(member)] if wanted else members
    return render_template(
        "settings/list.html",
        place=PLACE,
        listed=listed,
        found=found[:SHOWN],
        count=len(found),
        search=search,
        wrong=wrong or Wrong(),
        entered=request.form,
        most=MAX_MEMBERS,
    )


def _found(name: str) -> tuple[ListedList, Sequence[str]]:
    """A list of the person's account; what is none of them is not there."""
    try:
        return find_list(parts().app, this_person().account, name)
    except Refused:
        abort(404)


def _entered_members() -> list[str]:
    """Those of a file, where one is sent, else those that were pasted. Raises Refused and LinesRefused."""
    sent = request.files.get("file")
    if sent is not None and sent.filename:
        return parse_members(sent.stream.read(LONGEST_FILE_BYTES + 1))
    return members_of(request.form.get("members", ""))
