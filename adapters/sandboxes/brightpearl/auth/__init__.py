"""The account's door: log-in, private and public apps, OAuth."""

from .credentials import SandboxCredentials
from .gatekeeper import Caller, Gatekeeper
from .oauth import OAuthDesk
from .tokens import TokenBook, TokenError, TokenKind

__all__ = ["Caller", "Gatekeeper", "OAuthDesk", "SandboxCredentials", "TokenBook", "TokenError", "TokenKind"]
