"""Signing up, choosing a new password and joining by links in mails, on both databases."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from support.clock import FixedClock
from support.mailbox import last_to, mails_to, path_in, token_in
from support.shop import OWNER, PASSWORD, PROVIDER, Shop, open_shop

from engine.jobs.retention import ENDED_LINKS, forget_old
from engine.model.account import ADMIN, MEMBER, SERVICE_ACCOUNT, User
from engine.model.mail import MailKind
from engine.model.one_time_link import LinkPurpose
from engine.services.accounts import invitations, own_password, sign_up
from engine.services.accounts.log_in import log_in
from engine.services.accounts.people import add_person, change_role, list_people, remove_person
from engine.services.accounts.profile import change_profile, change_theme
from engine.services.accounts.web_sessions import begin_session, digest_of_token, find_session
from engine.services.refusals import Refused
from storage.database import Database

NEW, BO = "nia@nueva.example", "bo@casa-verde.example"
OTHER_PASSWORD = "tractor velvet onion sky"
WANTED = sign_up.SignUp("Nueva S.L.", "ES", None, NEW, OTHER_PASSWORD, "es")


@pytest.fixture
def shop(database: Database, clock: FixedClock) -> Shop:
    return open_shop(database, clock)


def user_of(shop: Shop, email: str = OWNER) -> User:
    with shop.app.reading() as uow:
        return uow.users.list_by_email(email)[0]


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refused:
        call()
    return refused.value.message.code


def accounts_of(shop: Shop, email: str) -> list[str]:
    with shop.app.reading() as uow:
        return sorted(uow.accounts.get(user.account_id).name for user in uow.users.list_by_email(email))


def at_once(*calls: Callable[[], object]) -> list[str]:
    """What each came to when all begin together: `done`, or the code of the refusal."""
    start = threading.Barrier(len(calls))

    def run(call: Callable[[], object]) -> str:
        start.wait()
        try:
            call()
        except Refused as refused:
            return refused.message.code
        return "done"

    with ThreadPoolExecutor(len(calls)) as pool:
        return sorted(pool.map(run, calls))


def test_nothing_is_made_before_the_address_is_verified(shop: Shop) -> None:
    sign_up.ask_to_sign_up(shop.app, WANTED)
    mail = last_to(shop.app, NEW)

    assert (mail.account_id, mail.kind, mail.language, mail.user_id) == (
        SERVICE_ACCOUNT,
        MailKind.ADDRESS_VERIFICATION,
        "es",
        None,
    )
    assert path_in(mail).startswith("/sign-up/")
    assert accounts_of(shop, NEW) == []
    assert sign_up.find_sign_up(shop.app, token_in(mail)).details["time_zone"] == "Europe/Madrid"

    user = sign_up.finish_sign_up(shop.app, token_in(mail), None)

    assert (user.email, user.role, user.language, user.time_zone) == (NEW, ADMIN, "es", None)
    assert accounts_of(shop, NEW) == ["Nueva S.L."]
    assert [one.id for one in log_in(shop.app, NEW, OTHER_PASSWORD)] == [user.id]
    assert code_of(lambda: sign_up.finish_sign_up(shop.app, token_in(mail), None)) == "link_used"


def test_an_address_that_is_known_gets_a_mail_that_says_so_and_keeps_its_password(shop: Shop) -> None:
    sign_up.ask_to_sign_up(shop.app, replace(WANTED, email=OWNER.upper()))
    mail = last_to(shop.app, OWNER)

    assert path_in(mail) == "/log-in"
    assert mail.content is not None
    assert "http://localhost/forgot-password" in mail.content.plain_text("http://localhost")
    assert log_in(shop.app, OWNER, PASSWORD)
    assert accounts_of(shop, OWNER) == ["Casa Verde"]


def test_a_sign_up_elsewhere_needs_the_password_of_then(shop: Shop) -> None:
    sign_up.ask_to_sign_up(shop.app, WANTED)
    token = token_in(last_to(shop.app, NEW))

    assert code_of(lambda: sign_up.finish_sign_up(shop.app, token, "not that one")) == "wrong_password"
    assert sign_up.finish_sign_up(shop.app, token, OTHER_PASSWORD).email == NEW


def test_who_has_got_an_account_meanwhile_does_not_get_another_by_an_old_link(shop: Shop) -> None:
    for _ in range(2):
        sign_up.ask_to_sign_up(shop.app, WANTED)
    first, second = map(token_in, mails_to(shop.app, NEW))
    sign_up.ask_to_sign_up(shop.app, replace(WANTED, email=BO))
    third = token_in(last_to(shop.app, BO))
    sign_up.finish_sign_up(shop.app, second, None)
    add_person(shop.app, "casa-verde", email=BO, role=MEMBER, password=OTHER_PASSWORD, language="en")

    assert code_of(lambda: sign_up.finish_sign_up(shop.app, first, None)) == "link_replaced"
    assert code_of(lambda: sign_up.finish_sign_up(shop.app, third, None)) == "known_meanwhile"


def test_of_two_who_confirm_at_once_one_makes_the_account(shop: Shop) -> None:
    sign_up.ask_to_sign_up(shop.app, WANTED)
    token = token_in(last_to(shop.app, NEW))

    assert at_once(*[lambda: sign_up.finish_sign_up(shop.app, token, None)] * 2) == ["done", "link_used"]
    assert accounts_of(shop, NEW) == ["Nueva S.L."]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": " "}, "no_name"),
        ({"name": "x" * 101}, "long_name"),
        ({"country": "spain"}, "bad_country"),
        ({"country": "US"}, "which_zone"),
        ({"country": "US", "time_zone": "Europe/Madrid"}, "which_zone"),
        ({"email": "nobody"}, "bad_email"),
        ({"password": "password12"}, "common_password"),
    ],
)
def test_what_cannot_be_signed_up_for(shop: Shop, changes: dict[str, str], code: str) -> None:
    assert code_of(lambda: sign_up.ask_to_sign_up(shop.app, replace(WANTED, **changes))) == code
    assert mails_to(shop.app, NEW) == []


def test_a_country_with_several_zones_takes_one_of_them(shop: Shop) -> None:
    sign_up.ask_to_sign_up(shop.app, replace(WANTED, country="US", time_zone="America/Chicago"))
    user = sign_up.finish_sign_up(shop.app, token_in(last_to(shop.app, NEW)), None)

    with shop.app.reading() as uow:
        assert uow.accounts.get(user.account_id).time_zone == "America/Chicago"


def test_a_further_account_has_the_same_person(shop: Shop) -> None:
    made = sign_up.found_further_account(shop.app, user_of(shop), name="Casa Azul", country="PT", time_zone=None)

    assert accounts_of(shop, OWNER) == ["Casa Azul", "Casa Verde"]
    assert (made.id, made.role) == (user_of(shop).id, ADMIN)
    assert len(log_in(shop.app, OWNER, PASSWORD)) == 2


def test_a_lost_password_is_chosen_anew_once_and_ends_all_sessions(shop: Shop) -> None:
    session = begin_session(shop.app, user_of(shop))
    own_password.ask_for_reset(shop.app, OWNER)
    own_password.ask_for_reset(shop.app, OWNER)
    first, second = map(token_in, mails_to(shop.app, OWNER))

    assert code_of(lambda: own_password.find_reset(shop.app, first)) == "link_replaced"
    assert code_of(lambda: own_password.choose_password(shop.app, second, "short")) == "short_password"
    own_password.choose_password(shop.app, second, OTHER_PASSWORD)

    assert find_session(shop.app, session) is None
    assert log_in(shop.app, OWNER, OTHER_PASSWORD)
    assert not log_in(shop.app, OWNER, PASSWORD)
    assert code_of(lambda: own_password.choose_password(shop.app, second, OTHER_PASSWORD)) == "link_used"


def test_a_link_for_a_password_works_for_an_hour(shop: Shop, clock: FixedClock) -> None:
    own_password.ask_for_reset(shop.app, OWNER)
    token = token_in(last_to(shop.app, OWNER))
    clock.sleep(timedelta(minutes=59).total_seconds())
    own_password.find_reset(shop.app, token)
    clock.sleep(timedelta(minutes=1).total_seconds())

    assert code_of(lambda: own_password.choose_password(shop.app, token, OTHER_PASSWORD)) == "link_expired"


def test_of_two_new_passwords_at_once_one_counts(shop: Shop) -> None:
    own_password.ask_for_reset(shop.app, OWNER)
    token = token_in(last_to(shop.app, OWNER))

    assert at_once(*[lambda: own_password.choose_password(shop.app, token, OTHER_PASSWORD)] * 2) == ["done", "link_used"]


def test_nobody_is_mailed_where_nobody_has_the_address(shop: Shop) -> None:
    own_password.ask_for_reset(shop.app, NEW)

    assert mails_to(shop.app, NEW) == []


def test_a_person_changes_their_password_in_all_accounts(shop: Shop) -> None:
    sign_up.found_further_account(shop.app, user_of(shop), name="Casa Azul", country="PT", time_zone=None)
    sessions = [begin_session(shop.app, user) for user in log_in(shop.app, OWNER, PASSWORD)]

    assert code_of(lambda: own_password.change_password(shop.app, user_of(shop), "wrong", OTHER_PASSWORD)) == "wrong_present"
    own_password.change_password(shop.app, user_of(shop), PASSWORD, OTHER_PASSWORD)

    assert [find_session(shop.app, session) for session in sessions] == [None, None]
    assert len(log_in(shop.app, OWNER, OTHER_PASSWORD)) == 2


def test_an_admin_has_a_link_sent_without_learning_it(shop: Shop) -> None:
    colleague = add_person(shop.app, "casa-verde", email=BO, role=MEMBER, password=OTHER_PASSWORD, language="es")
    own_password.send_reset(shop.app, user_of(shop), colleague.id)
    mail = last_to(shop.app, BO)

    assert (mail.account_id, mail.language, mail.kind) == (shop.merchant.id, "es", MailKind.PASSWORD_RESET)
    assert code_of(lambda: own_password.send_reset(shop.app, colleague, user_of(shop).id)) == "admins_only"
    assert code_of(lambda: own_password.send_reset(shop.app, user_of(shop), user_of(shop, PROVIDER).id)) == "nobody"


def invite(shop: Shop, email: str = NEW, role: str = MEMBER) -> str:
    invitations.invite_colleague(shop.app, shop.merchant.id, by=user_of(shop), email=email, role=role, language="es")
    return token_in(last_to(shop.app, email))


def test_a_new_person_joins_with_a_password_of_theirs(shop: Shop) -> None:
    token = invite(shop, role=ADMIN)
    found = invitations.find_invitation(shop.app, token)
    assert (found.email, found.role, found.account.name, found.is_known) == (NEW, ADMIN, "Casa Verde", False)

    user = invitations.join_as_new(shop.app, token, OTHER_PASSWORD, "es")

    assert (user.email, user.role, user.language) == (NEW, ADMIN, "es")
    assert [one.email for one in list_people(shop.app, "casa-verde")] == [OWNER, NEW]
    assert invitations.list_invitations(shop.app, shop.merchant.id) == []
    assert code_of(lambda: invitations.join_as_new(shop.app, token, OTHER_PASSWORD, "es")) == "link_used"


def test_who_is_known_joins_by_their_own_password_alone(shop: Shop) -> None:
    token = invite(shop, PROVIDER)

    assert code_of(lambda: invitations.join_as_new(shop.app, token, OTHER_PASSWORD, "es")) == "log_in_first"
    assert code_of(lambda: invitations.join_with_password(shop.app, token, "not that one")) == "wrong_password"
    user = invitations.join_with_password(shop.app, token, PASSWORD)

    assert (user.id, user.role) == (user_of(shop, PROVIDER).id, MEMBER)
    assert accounts_of(shop, PROVIDER) == ["Acme 3PL", "Casa Verde"]


def test_an_invitation_is_for_its_address_alone(shop: Shop) -> None:
    token = invite(shop, PROVIDER)
    stranger = user_of(shop, "eve@elsewhere.example")

    assert code_of(lambda: invitations.join_as_known(shop.app, token, stranger)) == "other_address"
    assert invitations.join_as_known(shop.app, token, user_of(shop, PROVIDER)).account_id == shop.merchant.id


def test_invitations_end_by_time_a_newer_one_or_a_withdrawal(shop: Shop, clock: FixedClock) -> None:
    owner = user_of(shop)
    first = invite(shop)
    second = invite(shop, role=ADMIN)
    assert code_of(lambda: invitations.find_invitation(shop.app, first)) == "link_replaced"
    [pending] = invitations.list_invitations(shop.app, shop.merchant.id)
    clock.sleep(timedelta(days=7).total_seconds())
    assert code_of(lambda: invitations.find_invitation(shop.app, second)) == "link_expired"

    again = invitations.send_again(shop.app, owner, pending.id)
    third = token_in(last_to(shop.app, NEW))
    assert invitations.find_invitation(shop.app, third).role == ADMIN
    invitations.withdraw_invitation(shop.app, owner, again.id)

    assert code_of(lambda: invitations.find_invitation(shop.app, third)) == "link_withdrawn"
    assert code_of(lambda: invitations.withdraw_invitation(shop.app, owner, again.id)) == "no_invitation"
    assert code_of(lambda: invitations.find_invitation(shop.app, "made up")) == "no_link"


def test_only_admins_of_the_account_invite(shop: Shop) -> None:
    member = add_person(shop.app, "casa-verde", email=BO, role=MEMBER, password=OTHER_PASSWORD, language="en")
    invite(shop)
    [pending] = invitations.list_invitations(shop.app, shop.merchant.id)
    wanted = {"email": "x@y.example", "role": MEMBER}

    assert code_of(lambda: invitations.invite_colleague(shop.app, shop.merchant.id, by=member, **wanted)) == "admins_only"
    assert code_of(lambda: invitations.send_again(shop.app, member, pending.id)) == "admins_only"
    assert code_of(lambda: invitations.withdraw_invitation(shop.app, user_of(shop, PROVIDER), pending.id)) == "no_invitation"
    assert code_of(lambda: invite(shop, BO)) == "belongs_already"
    assert code_of(lambda: invite(shop, role="king")) == "bad_role"


def test_of_two_who_join_by_one_link_at_once_one_does(shop: Shop) -> None:
    token = invite(shop)

    assert at_once(*[lambda: invitations.join_as_new(shop.app, token, OTHER_PASSWORD, "en")] * 2) in (
        ["done", "link_used"],
        ["done", "log_in_first"],
    )
    assert len(list_people(shop.app, "casa-verde")) == 2


def test_two_admins_who_remove_each_other_at_once_leave_one(shop: Shop) -> None:
    add_person(shop.app, "casa-verde", email=BO, role=ADMIN, password=OTHER_PASSWORD, language="en")
    outcomes = at_once(
        lambda: remove_person(shop.app, "casa-verde", BO, by=OWNER),
        lambda: change_role(shop.app, "casa-verde", OWNER, MEMBER, by=BO),
    )

    assert outcomes[0] == "done"
    assert any(one.is_admin for one in list_people(shop.app, "casa-verde"))


def test_a_removal_ends_the_sessions_of_that_account_alone(shop: Shop) -> None:
    invitations.join_with_password(shop.app, invite(shop, PROVIDER), PASSWORD)
    sessions = {user.account_id: begin_session(shop.app, user) for user in log_in(shop.app, PROVIDER, PASSWORD)}
    remove_person(shop.app, "casa-verde", PROVIDER, by=OWNER)

    assert find_session(shop.app, sessions[shop.merchant.id]) is None
    assert find_session(shop.app, sessions[shop.provider.id]) is not None


def test_a_profile_is_the_same_in_every_account(shop: Shop) -> None:
    sign_up.found_further_account(shop.app, user_of(shop), name="Casa Azul", country="PT", time_zone=None)
    change_profile(shop.app, user_of(shop), language="es", time_zone="Asia/Tokyo")

    with shop.app.reading() as uow:
        assert {(one.language, one.time_zone) for one in uow.users.list_by_email(OWNER)} == {("es", "Asia/Tokyo")}
    assert code_of(lambda: change_profile(shop.app, user_of(shop), language="fr", time_zone=None)) == "bad_language"
    assert code_of(lambda: change_theme(shop.app, user_of(shop), "pink")) == "bad_theme"
    assert code_of(lambda: change_profile(shop.app, user_of(shop), language="es", time_zone="Mars/Base")) == "bad_time_zone"


def test_links_are_forgotten_a_week_after_their_end(shop: Shop, clock: FixedClock) -> None:
    own_password.ask_for_reset(shop.app, OWNER)
    digest = digest_of_token(token_in(last_to(shop.app, OWNER)))

    def is_kept() -> bool:
        with shop.app.reading() as uow:
            return uow.one_time_links.find(LinkPurpose.RESET_PASSWORD, digest) is not None

    clock.sleep(ENDED_LINKS.total_seconds())
    forget_old(shop.app)
    assert is_kept()
    clock.sleep(timedelta(hours=1).total_seconds())
    forget_old(shop.app)
    assert not is_kept()


def test_the_database_holds_no_token(shop: Shop) -> None:
    own_password.ask_for_reset(shop.app, OWNER)
    mail = last_to(shop.app, OWNER)
    with shop.app.reading() as uow:
        link = uow.one_time_links.find(LinkPurpose.RESET_PASSWORD, digest_of_token(token_in(mail)))

    assert link is not None
    assert len(token_in(mail)) >= 40
    assert token_in(mail) not in repr((link, mail))
