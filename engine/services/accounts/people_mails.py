"""What people are written about their way in."""

from __future__ import annotations

from engine.model.account import Account, User
from engine.model.mail import MailContent, MailLink
from engine.model.one_time_link import OneTimeLink
from engine.services.mail.reader_language import language_of
from rules.messages import Language, Text

IGNORE = Text(
    "If you did not ask for this, you need not do anything: nothing happens without the link.",
    "Si no lo has pedido tú, no tienes que hacer nada: sin el enlace no ocurre nada.",
)
# Mails that anybody can have sent to anybody hold no word of theirs.
SIGN_UP_SUBJECT = Text("Confirm your address for Relevo", "Confirma tu dirección para Relevo")
SIGN_UP = Text(
    "Somebody wants to make an account in Relevo with this address. Confirm it, and the account is there.",
    "Alguien quiere crear una cuenta en Relevo con esta dirección. Confírmala y la cuenta estará lista.",
)
SIGN_UP_LASTS = Text("The link works for two days, once.", "El enlace funciona durante dos días, una sola vez.")
SIGN_UP_LABEL = Text("Confirm the address", "Confirmar la dirección")

KNOWN_SUBJECT = Text("You have an account in Relevo already", "Ya tienes una cuenta en Relevo")
KNOWN = Text(
    "Somebody wanted to sign up with this address. You log in with it already, so nothing was made.",
    "Alguien quiso registrarse con esta dirección. Ya la usas para entrar, así que no se creó nada.",
)
KNOWN_ADVICE = Text(
    "Log in with the password that you have, or choose a new one at {forgot}. You can make a further account of yours once you "
    "have logged in, at {further}. If it was not you who asked, you need not do anything.",
    "Entra con tu contraseña de siempre o elige otra en {forgot}. Una vez dentro puedes crear otra cuenta tuya en {further}. "
    "Si no lo has pedido tú, no tienes que hacer nada.",
)
LOG_IN_LABEL = Text("Log in", "Entrar")

RESET_SUBJECT = Text("A new password for Relevo", "Una contraseña nueva para Relevo")
RESET = Text("Choose a new password for {email}.", "Elige una contraseña nueva para {email}.")
RESET_BY = Text(
    "{by} of {account} sends you this link, so that you can choose a new password for {email}.",
    "{by}, de {account}, te envía este enlace para que elijas una contraseña nueva para {email}.",
)
RESET_LASTS = Text(
    "The link works for an hour, once, and only the newest one does. Your password stays until you have chosen another.",
    "El enlace funciona durante una hora, una vez, y solo el más reciente. Tu contraseña sigue valiendo hasta que elijas otra.",
)
RESET_LABEL = Text("Choose a new password", "Elegir una contraseña nueva")

INVITED_SUBJECT = Text("{account} invites you to Relevo", "{account} te invita a Relevo")
INVITED = Text(
    "{by} invites you to work in the account of {account} in Relevo, as {role}.",
    "{by} te invita a trabajar en la cuenta de {account} en Relevo, como {role}.",
)
INVITED_WITHOUT_NAME = Text(
    "You are invited to work in the account of {account} in Relevo, as {role}.",
    "Te invitan a trabajar en la cuenta de {account} en Relevo, como {role}.",
)
INVITED_LASTS = Text(
    "The link works for seven days, once, and only for {email}.",
    "El enlace funciona durante siete días, una sola vez, y solo para {email}.",
)
INVITED_LABEL = Text("Join {account}", "Unirse a {account}")
ROLES = {"admin": Text("admin", "administrador"), "member": Text("member", "miembro")}


def sign_up_mail(language: Language, token: str) -> MailContent:
    paragraphs = (SIGN_UP.format(language), SIGN_UP_LASTS.format(language), IGNORE.format(language))
    link = MailLink(SIGN_UP_LABEL.format(language), f"/sign-up/{token}")
    return MailContent(SIGN_UP_SUBJECT.format(language), paragraphs, link)


def known_mail(language: Language, base_url: str) -> MailContent:
    advice = KNOWN_ADVICE.format(language, forgot=f"{base_url}/forgot-password", further=f"{base_url}/accounts/new")
    paragraphs = (KNOWN.format(language), advice)
    return MailContent(KNOWN_SUBJECT.format(language), paragraphs, MailLink(LOG_IN_LABEL.format(language), "/log-in"))


def reset_mail(user: User, token: str, by: User | None = None, account: Account | None = None) -> MailContent:
    language = language_of(user)
    if by is None or account is None:
        paragraphs = [RESET.format(language, email=user.email), RESET_LASTS.format(language), IGNORE.format(language)]
    else:
        first = RESET_BY.format(language, by=by.email, account=account.name, email=user.email)
        paragraphs = [first, RESET_LASTS.format(language)]
    link = MailLink(RESET_LABEL.format(language), f"/new-password/{token}")
    return MailContent(RESET_SUBJECT.format(language), tuple(paragraphs), link)


def invitation_mail(language: Language, link: OneTimeLink, account: Account, by: User | None, token: str) -> MailContent:
    role = ROLES[str(link.details["role"])].format(language)
    if by is None:
        first = INVITED_WITHOUT_NAME.format(language, account=account.name, role=role)
    else:
        first = INVITED.format(language, by=by.email, account=account.name, role=role)
    paragraphs = (first, INVITED_LASTS.format(language, email=link.email), IGNORE.format(language))
    return MailContent(
        INVITED_SUBJECT.format(language, account=account.name),
        paragraphs,
        MailLink(INVITED_LABEL.format(language, account=account.name), f"/join/{token}"),
    )
