"""The ways to log in to Brightpearl, those to consider first before; the very first is meant where none is named.

What is entered is checked in `adapters.stores.brightpearl.auth.credentials`.
"""

from __future__ import annotations

from engine.model.store_settings import LoginScheme, Setting, SettingType
from rules.messages import Text

APP_REF = Setting("app_ref", Text("App reference", "Referencia de la app"), is_needed=True)
DEV_REF = Setting("dev_ref", Text("Developer reference", "Referencia de desarrollador"), is_needed=True)
OAUTH_URL = Setting(
    "oauth_url",
    Text("OAuth address", "Dirección de OAuth"),
    SettingType.URL,
    help=Text("Leave it blank for Brightpearl's own.", "Déjala en blanco para usar la de Brightpearl."),
)
USERNAME = Setting(
    "username",
    Text("User name", "Nombre de usuario"),
    help=Text(
        "The e-mail address of a Brightpearl user with API access.", "El correo de un usuario de Brightpearl con acceso a la API."
    ),
    is_needed=True,
)
PASSWORD = Setting("password", Text("Password", "Contraseña"), SettingType.PASSWORD, is_needed=True)
TOKEN = Setting("token", Text("Token", "Token"), SettingType.CONCEALED, is_needed=True)
DEVELOPER_SECRET = Setting(
    "developer_secret", Text("Developer secret", "Secreto de desarrollador"), SettingType.CONCEALED, is_needed=True
)
CLIENT_SECRET = Setting(
    "client_secret",
    Text("Client secret", "Secreto de cliente"),
    SettingType.CONCEALED,
    help=Text("Only if Brightpearl gave the app one.", "Solo si Brightpearl le dio uno a la app."),
)

LOGINS = (
    LoginScheme(
        "login",
        Text("User name and password", "Usuario y contraseña"),
        Text(
            "Legacy, will be removed by Brightpearl. A private app lasts longer.",
            "Obsoleto: Brightpearl lo eliminará. Una aplicación privada dura más.",
        ),
        credentials=(USERNAME, PASSWORD),
    ),
    LoginScheme(
        "staff_token",
        Text("Private app, staff token", "App privada, token de empleado"),
        Text(
            "In Brightpearl: App Store, Private apps, Manage users, with the member of staff.",
            "En Brightpearl: App Store, Private apps, Manage users, junto al empleado.",
        ),
        settings=(APP_REF,),
        credentials=(TOKEN,),
    ),
    LoginScheme(
        "account_token",
        Text("Private app, account token", "App privada, token de cuenta"),
        Text(
            "In Brightpearl: App Store, Private apps, shown with an app of type System.",
            "En Brightpearl: App Store, Private apps, en una app de tipo System.",
        ),
        settings=(APP_REF,),
        credentials=(TOKEN,),
    ),
    LoginScheme(
        "oauth",
        Text("OAuth 2", "OAuth 2"),
        Text(
            "You agree on Brightpearl's own page, and no password is kept here.",
            "Das tu permiso en la página de Brightpearl y aquí no se guarda ninguna contraseña.",
        ),
        settings=(APP_REF, DEV_REF, OAUTH_URL),
        credentials=(CLIENT_SECRET,),
        by_consent=True,
    ),
    LoginScheme(
        "signed_token",
        Text("Signed token", "Token firmado"),
        Text("For public apps made before Brightpearl had OAuth 2.", "Para apps públicas anteriores al OAuth 2 de Brightpearl."),
        settings=(APP_REF, DEV_REF),
        credentials=(DEVELOPER_SECRET, TOKEN),
    ),
)
