"""The people of an account and who is invited. Everybody may look; admins change."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from adapters.web.colleagues.forms import InviteForm, RoleForm
from adapters.web.entering.forms import ButtonForm
from adapters.web.language import page_language
from adapters.web.naming_rules import rules_name_it
from adapters.web.parts import parts
from adapters.web.people import enter, for_admins, leave, person_of, this_person
from adapters.web.saved_in_turn import saved_in_turn
from engine.model.account import User
from engine.services.accounts import invitations
from engine.services.accounts.own_password import send_reset as send_reset_mail
from engine.services.accounts.people import change_role, list_people, remove_person
from engine.services.deciding.rules_naming import rules_naming_user
from engine.services.refusals import Refused

pages = Blueprint("colleagues", __name__, url_prefix="/settings/people")


@pages.get("")
@login_required
def index() -> ResponseReturnValue:
    person, app = this_person(), parts().app
    invited = invitations.list_invitations(app, person.account.id) if person.user.is_admin else []
    people = list_people(app, person.account.slug)
    return render_template("colleagues/index.html", people=people, invited=invited, now=app.clock.now())


@pages.route("/invite", methods=["GET", "POST"])
@for_admins
def invite() -> ResponseReturnValue:
    person, form, problem = this_person(), InviteForm(), None
    if form.validate_on_submit():
        try:
            invited = invitations.invite_colleague(
                parts().app,
                person.account.id,
                by=person.user,
                email=form.email.data,
                role=form.role.data,
                language=page_language(),
            )
        except Refused as refusal:
            problem = form.place(refusal)
        else:
            flash(gettext("%(email)s gets a mail with a link to join.", email=invited.email), "success")
            return redirect(url_for("colleagues.index"))
    page = render_template("colleagues/invite.html", form=form, problem=problem)
    return page, 422 if form.is_submitted() else 200


@pages.post("/invitations/<link_id>/send-again")
@for_admins
def send_again(link_id: str) -> ResponseReturnValue:
    return _answer(
        lambda: invitations.send_again(parts().app, this_person().user, link_id).email,
        gettext("%(email)s gets a new mail; the link in the one before no longer works."),
    )


@pages.post("/invitations/<link_id>/withdraw")
@for_admins
def withdraw(link_id: str) -> ResponseReturnValue:
    return _answer(
        lambda: invitations.withdraw_invitation(parts().app, this_person().user, link_id).email,
        gettext("The invitation of %(email)s is withdrawn: its link no longer works."),
    )


@pages.route("/<user_id>", methods=["GET", "POST"])
@for_admins
@saved_in_turn
def show(user_id: str) -> ResponseReturnValue:
    """One of them, and the form for their role."""
    person, user = this_person(), _user(user_id)
    is_own = user.id == person.user.id
    form, problem = RoleForm(role=user.role), None
    form.leave_out_unless(asks=is_own and user.is_admin)
    if form.validate_on_submit():
        if form.needs_an_answer(user):
            problem = gettext("As a member you can no longer change this yourself: tick that you want it.")
        else:
            problem = _change_role(user, form.role.data)
            if problem is None:
                return redirect(url_for("colleagues.index"))
    page = render_template(
        "colleagues/show.html", user=user, form=form, problem=problem, is_own=is_own, button=ButtonForm(formdata=None)
    )
    return page, 422 if form.is_submitted() else 200


@pages.post("/<user_id>/reset-password")
@for_admins
def send_reset(user_id: str) -> ResponseReturnValue:
    user = _user(user_id)
    return _answer(
        lambda: send_reset_mail(parts().app, this_person().user, user.id).email,
        gettext("%(email)s gets a mail with a link to choose a new password."),
    )


@pages.route("/<user_id>/remove", methods=["GET", "POST"])
@for_admins
def remove(user_id: str) -> ResponseReturnValue:
    """Asks before somebody loses their access."""
    user, account, admin = _user(user_id), this_person().account, this_person().user
    is_own, form, problem = user.id == admin.id, ButtonForm(), None
    if form.validate_on_submit():
        try:
            remove_person(parts().app, account.slug, user.email, by=admin.email)
        except Refused as refusal:
            problem = refusal.format(page_language())
        else:
            if is_own:
                leave()
            flash(gettext("%(email)s no longer belongs to %(account)s.", email=user.email, account=account.name), "success")
            return redirect(url_for("session.log_in" if is_own else "colleagues.index"))
    naming = rules_name_it(rules_naming_user(parts().app, account.id, user.email))
    page = render_template("colleagues/remove.html", user=user, form=form, problem=problem, is_own=is_own, naming=naming)
    return page, 422 if form.is_submitted() else 200


def _user(user_id: str) -> User:
    """One of this person's account; no page for anybody else."""
    with parts().app.reading() as uow:
        user = uow.users.find(this_person().account.id, user_id)
    if user is None:
        abort(404)
    return user


def _change_role(user: User, role: str) -> str | None:
    """Why it cannot be, if so. Who changes their own goes on in this browser."""
    person = this_person()
    try:
        changed = change_role(parts().app, person.account.slug, user.email, role, by=person.user.email)
    except Refused as refusal:
        return refusal.format(page_language())
    if changed.id == person.user.id and changed.role != person.user.role and (again := person_of(changed)) is not None:
        enter(again)
    role_words = gettext("admin") if changed.is_admin else gettext("member")
    flash(gettext("%(email)s is %(role)s now.", email=user.email, role=role_words), "success")
    return None


def _answer(carry_out: Callable[[], str], sentence: str) -> ResponseReturnValue:
    """Do something about an address and say so on the list; no page for what is not there."""
    try:
        email = carry_out()
    except Refused as refusal:
        if refusal.message.code == "no_invitation":
            abort(404)
        flash(refusal.format(page_language()), "warning")
    else:
        flash(sentence % {"email": email}, "success")
    return redirect(url_for("colleagues.index"))
