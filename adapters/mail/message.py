"""A mail as it travels: plain text and HTML, both with all of it."""

from __future__ import annotations

import re
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTPUTF8, EmailPolicy
from email.utils import format_datetime
from html import escape

from engine.model.mail import Mail, MailContent
from engine.model.mail_address import is_address
from engine.model.store_preferences import StoreLogo
from engine.ports import MailRefused
from rules.messages import Message, Text

NOT_AN_ADDRESS = Text("{address} is not an e-mail address.", "{address} no es una dirección de correo.")
NOTHING_KEPT = Text("What this mail said is no longer kept.", "Lo que decía este correo ya no se guarda.")

LONGEST_SUBJECT = 250
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


class _CodedSubject(EmailPolicy):
    """The library's own way of cutting a long subject with other than ASCII letters loses blanks."""

    def fold_binary(self, name: str, value: str) -> bytes:
        if name != "Subject" or value.isascii():
            return super().fold_binary(name, value)
        return f"{name}: {Header(str(value), 'utf-8', header_name=name).encode(linesep=self.linesep)}{self.linesep}".encode()


_CODED = _CodedSubject(linesep="\r\n")
_FONT = "font-family:Arial,Helvetica,sans-serif;font-size:16px;line-height:1.5;color:#1f2937"
_PAGE = """\
<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{subject}</title>
</head>
<body style="margin:0;padding:0;background:#f3f4f6">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="background:#f3f4f6">
<tr><td align="center" style="padding:24px 12px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:600px;background:#fff;border-radius:8px">
<tr><td style="padding:24px;{font};overflow-wrap:anywhere">
{parts}
</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
"""
_PARAGRAPH = '<p style="margin:0 0 16px">{}</p>'
_BRAND = '<p style="margin:0 0 20px;font-size:20px;font-weight:bold">{}</p>'
_LOGO = '<p style="margin:0 0 12px"><img src="cid:{}" alt="" style="max-width:240px;max-height:80px"></p>'
_BUTTON = (
    '<p style="margin:8px 0"><a href="{}" style="display:inline-block;padding:12px 20px;background:#1d4ed8;color:#ffffff;'
    'text-decoration:none;border-radius:6px;font-weight:bold">{}</a></p>'
)


def build_message(mail: Mail, from_address: str, base_url: str, logo: StoreLogo | None = None) -> EmailMessage:
    """The whole message; its id is that of the mail, so that one that arrives twice is seen to be the same.

    What has a brand comes in its name, and with its logo, which travels along.

    Raises MailRefused for an address that is none.
    """
    content, to_address = mail.content, travelling_address(mail.to_address)
    if content is None:
        raise MailRefused(Message("nothing_kept", NOTHING_KEPT))
    message = EmailMessage(_CODED if to_address.isascii() else SMTPUTF8)
    name = "" if content.brand is None else _one_line(content.brand.name)
    message["From"] = Address(name, addr_spec=from_address) if name else from_address
    message["To"] = to_address
    reply_to = _reply_address(content, to_address)
    if reply_to:
        message["Reply-To"] = reply_to
    message["Subject"] = _one_line(content.subject)
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = f"<{mail.id}@{domain_of(from_address)}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_harmless(content.plain_text(base_url)) + "\n", cte="quoted-printable")
    cid = None if logo is None else f"logo.{mail.id}@{domain_of(from_address)}"
    message.add_alternative(_html(mail, content, base_url, cid), subtype="html", cte="quoted-printable")
    if logo is not None:
        page = list(message.iter_parts())[-1]
        page.add_related(logo.image, "image", logo.media_type.partition("/")[2], cid=f"<{cid}>", disposition="inline")
    message["Content-Language"] = mail.language  # afterwards: whatever is said of the content begins anew with it
    return message


def _reply_address(content: MailContent, to_address: str) -> str:
    """Where answers go; blank where that would keep the mail from arriving."""
    try:
        address = travelling_address(content.reply_to) if content.reply_to else ""
    except MailRefused:
        return ""
    return address if address.isascii() or not to_address.isascii() else ""


def travelling_address(address: str) -> str:
    """An address as mail servers know it: its domain in ASCII. Raises MailRefused."""
    local, _, domain = address.rpartition("@")
    try:
        if is_address(address):
            return f"{local}@{domain if domain.isascii() else domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        pass
    raise MailRefused(Message("not_an_address", NOT_AN_ADDRESS, {"address": address}))


def domain_of(address: str) -> str:
    return address.rpartition("@")[2]


def _html(mail: Mail, content: MailContent, base_url: str, logo_cid: str | None) -> str:
    parts = [] if logo_cid is None else [_LOGO.format(escape(logo_cid))]
    if content.brand is not None:
        parts.append(_BRAND.format(escape(_one_line(content.brand.name))))
    parts += [_PARAGRAPH.format(_in_html(paragraph)) for paragraph in content.paragraphs]
    parts += [_BUTTON.format(escape(one.address), escape(_one_line(one.label))) for one in content.outside]
    if content.link is not None:
        parts.append(_BUTTON.format(escape(str(content.address(base_url))), escape(_one_line(content.link.label))))
    subject = escape(_one_line(content.subject))
    return _PAGE.format(language=mail.language, subject=subject, font=_FONT, parts="\n".join(parts))


def _in_html(paragraph: str) -> str:
    return escape(_harmless(paragraph)).replace("\n", "<br>\n")


def _harmless(text: str) -> str:
    """Without characters that no mail may hold."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _one_line(text: str) -> str:
    """As a header can hold it: whatever would begin a new line is a blank."""
    line = " ".join(_CONTROL.sub(" ", text).split())
    return line if len(line) <= LONGEST_SUBJECT else f"{line[: LONGEST_SUBJECT - 1]}…"
