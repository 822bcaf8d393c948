"""`people`: adding, listing, new passwords, roles, removal."""

from __future__ import annotations

import pytest
from support.command_line import PASSWORD, Answer, Call, create
from support.mailbox import last_to, token_in

from app import Runtime
from engine.services.accounts.invitations import join_as_new
from engine.services.accounts.log_in import log_in

OWNER, BO = "owner@merchant-a.example", "bo@merchant-a.example"


def add(relevo: Call, slug: str, email: str = BO, role: str = "member", *more: str, password: str = PASSWORD) -> Answer:
    arguments = ("people", "add", "--account", slug, "--email", email, "--role", role, "--password-stdin", *more, "--json")
    return relevo(*arguments, stdin=f"{password}\n")


def may_log_in(email: str, password: str = PASSWORD) -> bool:
    runtime = Runtime()
    try:
        return bool(log_in(runtime.application, email, password))
    finally:
        runtime.database.close()


def roles(relevo: Call, slug: str) -> dict[str, str]:
    listed = relevo("people", "list", "--account", slug, "--json").json["people"]
    return {one["email"]: one["role"] for one in listed}


def test_a_further_person_logs_in(relevo: Call, merchant: str) -> None:
    added = add(relevo, merchant, "Bo@Merchant-A.example")

    assert added.code == 0, added.err
    assert added.json == {"id": added.json["id"], "email": BO, "role": "member", "account": merchant}
    assert added.json["id"].startswith("usr_")
    assert may_log_in(BO)
    assert roles(relevo, merchant) == {OWNER: "admin", BO: "member"}
    assert relevo("people", "list", "--account", merchant).out.decode() == f"{OWNER}  admin\n{BO}  member\n"


def test_a_new_password_replaces_the_old_one(relevo: Call, merchant: str) -> None:
    answer = relevo(
        *("people", "reset-password", "--account", merchant, "--email", OWNER, "--password-stdin", "--json"),
        stdin="quite another one\n",
    )

    assert (answer.code, answer.json["email"]) == (0, OWNER)
    assert may_log_in(OWNER, "quite another one")
    assert not may_log_in(OWNER)


def test_somebody_is_made_an_admin_and_another_removed(relevo: Call, merchant: str) -> None:
    add(relevo, merchant)
    assert relevo("people", "role", "--account", merchant, "--email", BO, "--role", "admin", "--json").json["role"] == "admin"
    assert relevo("people", "remove", "--account", merchant, "--email", OWNER, "--by", BO, "--json").json["email"] == OWNER

    assert roles(relevo, merchant) == {BO: "admin"}
    assert not may_log_in(OWNER)
    assert add(relevo, merchant, OWNER).code == 0, "the address is free again"


@pytest.mark.parametrize("change", [("role", "--role", "member"), ("remove",)])
def test_an_account_keeps_an_admin(relevo: Call, merchant: str, change: tuple[str, ...]) -> None:
    add(relevo, merchant)
    command, *rest = change

    answer = relevo("people", command, "--account", merchant, "--email", OWNER, *rest, "--json")

    assert answer.sentence.startswith(f'"{OWNER}" is the last admin of the account "{merchant}"')
    assert roles(relevo, merchant)[OWNER] == "admin"


def test_by_names_an_admin_of_the_account(relevo: Call, merchant: str) -> None:
    other = create(relevo, "Other", "merchant")
    add(relevo, merchant)

    assert "is not an admin" in add(relevo, merchant, "new@a.example", "admin", "--by", BO).sentence
    assert "Nobody in the account" in add(relevo, merchant, "new@a.example", "admin", "--by", f"owner@{other}.example").sentence
    assert add(relevo, merchant, "new@a.example", "admin", "--by", OWNER).code == 0
    runtime = Runtime()
    with runtime.application.reading() as uow:
        account = uow.accounts.find_by_slug(merchant)
        assert account is not None
        people = {user.email: user.id for user in uow.users.list_for(account.id)}
        assert [entry.actor for entry in uow.audit.list_for(account.id, people[BO])] == ["operator"]
        assert [entry.actor for entry in uow.audit.list_for(account.id, people["new@a.example"])] == [people[OWNER]]
    runtime.database.close()


def test_people_of_another_account_are_as_good_as_unknown(relevo: Call, merchant: str) -> None:
    other = create(relevo, "Other", "merchant")
    for command, *rest in (["role", "--role", "member"], ["remove"], ["log-out"], ["reset-password", "--password-stdin"]):
        answers = [
            relevo("people", command, "--account", other, "--email", email, *rest, stdin=f"{PASSWORD}\n").sentence
            for email in (OWNER, "nobody@x.example")
        ]
        assert answers[0].replace(OWNER, "…") == answers[1].replace("nobody@x.example", "…")


@pytest.mark.parametrize(
    ("email", "password", "says"),
    [
        ("nobody", PASSWORD, "is not an e-mail"),
        (OWNER, PASSWORD, 'belongs to the account "merchant-a" already'),
        (BO, "short", "needs at least 10"),
        (BO, "1234567890", "first that are tried"),
        (BO, " " * 10, "same few characters"),
        (BO, BO, "made of the e-mail address"),
        (BO, "Merchant A 1", "made of the e-mail address"),
    ],
)
def test_who_cannot_be_added(relevo: Call, merchant: str, email: str, password: str, says: str) -> None:
    assert says in add(relevo, merchant, email, password=password).sentence
    assert roles(relevo, merchant) == {OWNER: "admin"}


def test_wrong_usage(relevo: Call, merchant: str) -> None:
    assert add(relevo, merchant, role="owner").code == 2
    assert add(relevo, "nobody").sentence.startswith('There is no account "nobody"')
    assert relevo("people", "add", "--account", merchant, "--email", BO, "--role", "member").code == 2


def test_it_is_said_in_spanish_too(relevo: Call, merchant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELEVO_LANGUAGE", "es")

    assert (
        relevo("people", "log-out", "--account", merchant, "--email", OWNER).out.decode().startswith(f"{OWNER} no tiene sesiones")
    )
    assert add(relevo, merchant, password="1234567890").sentence.startswith("La contraseña es de las primeras")


def invite(relevo: Call, slug: str, *more: str, email: str = BO, role: str = "member") -> Answer:
    return relevo("people", "invite", "--account", slug, "--email", email, "--role", role, *more, "--json")


def test_somebody_is_invited_and_belongs_to_it_once_they_join(relevo: Call, merchant: str) -> None:
    invited = invite(relevo, merchant, "--by", OWNER, email="Bo@Merchant-A.example")

    assert invited.code == 0, invited.err
    shown = {name: invited.json[name] for name in ("email", "role", "account")}
    assert shown == {"email": BO, "role": "member", "account": merchant}
    assert set(invited.json) == {"id", "email", "role", "account", "expires_at"}
    assert roles(relevo, merchant) == {OWNER: "admin"}
    [mail] = relevo("mails", "list", "--account", merchant, "--json").json["mails"]
    assert (mail["to"], mail["kind"]) == (BO, "colleague_invited")
    runtime = Runtime()
    try:
        join_as_new(runtime.application, token_in(last_to(runtime.application, BO)), PASSWORD, "en")
    finally:
        runtime.database.close()
    assert roles(relevo, merchant) == {OWNER: "admin", BO: "member"}


def test_only_admins_invite_and_only_who_does_not_belong_yet(relevo: Call, merchant: str) -> None:
    add(relevo, merchant)

    assert "an admin has to do this" in invite(relevo, merchant, "--by", BO, email="cy@merchant-a.example").sentence
    assert "belongs to the account" in invite(relevo, merchant, email=OWNER).sentence
    assert "Nobody in the account" in invite(relevo, merchant, "--by", "nobody@x.example").sentence
    assert invite(relevo, "nowhere").code == 1
