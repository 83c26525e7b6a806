"""The second factor of organisers: who needs one, whether this visit has used it, and how its parts are named."""

import base64
import hashlib
import io
from datetime import datetime
from typing import Any, Final

import segno
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.totp.internal.auth import generate_totp_secret
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.encoding import force_bytes

from people.models import RoleGrant, User
from people.models.access import unexpired
from people.policies import Step, missing_step

# Who acts for others or sees what others wrote; trainers and agency leads see less and sign in as practitioners do.
ROLES: Final = (RoleGrant.Role.ORGANISER, RoleGrant.Role.ANALYST, RoleGrant.Role.ADMINISTRATOR)
MAIN_TYPES: Final = (Authenticator.Type.WEBAUTHN, Authenticator.Type.TOTP)  # recovery codes only stand in for them
SITE_NAME: Final = "Practice Weeks"


def is_needed(user: User, *, at: datetime) -> bool:
    """Say whether somebody has to prove more than a code from a mail, at an instant."""
    if not settings.ORGANISERS_NEED_SECOND_FACTOR:
        return False
    return user.is_superuser or user.is_staff or user.role_grants.filter(unexpired(at), role__in=ROLES).exists()


def step_of(request: HttpRequest, *, at: datetime) -> Step:
    """Return what whoever asks has still to do before they may act as an organiser; empty for nothing."""
    user = request.user
    if not isinstance(user, User) or not is_needed(user, at=at):
        return ""
    kinds = dict(Authenticator.objects.filter(user=user).values_list("pk", "type"))
    has = kinds if any(kind in MAIN_TYPES for kind in kinds.values()) else {}
    records = get_authentication_records(request, user)
    return missing_step(has=has, used=[record.get("id", 0) for record in records if record["method"] == "mfa"])


class SecondStage(AuthenticateStage):  # type: ignore[misc]  # allauth has no types
    """The stage of signing in after the code; a practitioner's passkey is another way in, and not one more step."""

    def _should_handle(self, request: HttpRequest) -> bool:
        """Ask organisers, and whoever has set up an authenticator app, which serves nothing else."""
        if not super()._should_handle(request):
            return False
        user: User = self.login.user
        return (
            is_needed(user, at=timezone.now())
            or Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()
        )


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """allauth's second factor, in our words; its secrets are not readable in a copy of the database."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "That did not work. Try again, or choose the other way.",
        "cannot_generate_recovery_codes": "Recovery codes stand in for a passkey or an app. Add one of those first.",
    }

    def get_totp_issuer(self) -> str:
        """Return what the app calls this site."""
        return SITE_NAME

    def build_totp_svg(self, url: str) -> str:
        """Return the QR code of a key for the app, dark on white whatever the palette."""
        drawing = io.BytesIO()
        segno.make_qr(url, error="m").save(drawing, kind="svg", scale=5, dark="#000", light="#fff", xmldecl=False)
        return drawing.getvalue().decode()

    def encrypt(self, text: str) -> str:
        """Return a secret as it is stored."""
        return _keys().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return a stored secret; one that another SECRET_KEY wrote becomes a new one, which no code can match."""
        try:
            return _keys().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return str(generate_totp_secret())

    def generate_authenticator_name(self, user: User, type: Any) -> str:  # noqa: A002 - allauth's signature
        """Return what a passkey is called until somebody calls it otherwise."""
        count = Authenticator.objects.filter(user=user, type=type).count()
        return f"Passkey {count + 1}" if count else "Passkey"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return what browsers call this site."""
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return {**entity, "name": SITE_NAME}


def _keys() -> MultiFernet:
    """Return the keys that stored secrets are read with, the one they are written with first."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [hashlib.sha256(b"people.second_factor:" + force_bytes(secret)).digest() for secret in secrets]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
