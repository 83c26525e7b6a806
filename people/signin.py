"""How people sign in: a code typed from a mail; and what the admin then asks of who they are."""

import logging
from email.utils import make_msgid
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.stages import LoginByCodeStage, LoginStageController
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from people.actions import person_with
from people.models import RoleGrant, User
from people.models.access import unexpired
from people.permissions import live_group_permissions

TYPED = "typed"
CHANGES = {
    "mfa/email/webauthn_added": "A passkey was added.",
    "mfa/email/webauthn_removed": "A passkey was removed.",
    "mfa/email/totp_activated": "An authenticator app was set up.",
    "mfa/email/totp_deactivated": "The authenticator app was removed.",
    "mfa/email/recovery_codes_generated": "New recovery codes were made; the old ones work no more.",
}
logger = logging.getLogger(__name__)
CODE_GONE = "That code has been used or has run out. Ask for a new one."


class SignInAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """allauth's sign-in, in our words."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "incorrect_code": "That is not the code we sent. Check the newest mail from us and type all 8 digits.",
        "too_many_login_attempts": "Too many tries. Wait a few minutes, then ask for a new code.",
        "rate_limited": "Too many tries. Wait a few minutes, then ask for a new code.",
    }

    def get_login_stages(self) -> list[str]:
        """Return what is asked one after the other; our second step stands where allauth's would."""
        stages: list[str] = super().get_login_stages()
        theirs = "allauth.mfa.stages.AuthenticateStage"
        return ["people.second_factor.SecondStage" if stage == theirs else stage for stage in stages]

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:  # noqa: ARG002 - allauth's
        """Say on the sign-in page that an account is closed; only whoever can prove that it is theirs gets here."""
        messages.error(request, "This account is closed. Ask the organisers if that is wrong.")
        return HttpResponseRedirect(reverse("account_login"))

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Mail somebody what was changed about how they sign in; where mail fails, the change stands all the same."""
        facts = {**(context or {}), "change": CHANGES[template_prefix]}
        try:
            self.send_mail("account/email/sign_in_changed", email or user.email, facts)
        except (SMTPException, OSError):
            logger.exception("a mail about a change of sign-in could not be sent")

    def render_mail(
        self, template_prefix: str, email: Any, context: dict[str, Any], headers: dict[str, str] | None = None
    ) -> Any:
        """Return the mail of a code or a notice; no automatic answer is wanted, and its identity is of our domain."""
        ours = {
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "OOF, AutoReply",
            "Message-ID": make_msgid(domain=settings.REPLY_DOMAIN),
        }
        return super().render_mail(template_prefix, email, context, {**(headers or {}), **ours})

    def format_email_subject(self, subject: str) -> str:
        """Return the subject as it is, without a prefix."""
        return subject


class LiveRoles(AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    """allauth's way in, where a role permits nothing from the moment it runs out."""

    def get_user(self, user_id: Any) -> User | None:
        """Return who asks, with what they hold, so that their way to their own pages costs no page a query."""
        held = RoleGrant.objects.filter(unexpired(timezone.now()), user=OuterRef("pk"))
        is_trainer = Exists(held.filter(role=RoleGrant.Role.TRAINER))
        is_lead = Exists(held.filter(role=RoleGrant.Role.AGENCY_LEAD))
        is_analyst = Exists(held.filter(role=RoleGrant.Role.ANALYST))
        roles = {"is_trainer": is_trainer, "is_agency_lead": is_lead, "is_analyst": is_analyst}
        user = User.objects.filter(pk=user_id).annotate(**roles).first()
        return user if user and self.user_can_authenticate(user) else None

    def _get_group_permissions(self, user_obj: User) -> QuerySet[Permission]:
        """Return what the groups permit now; Django keeps it for the rest of the request."""
        return live_group_permissions(user_obj, at=timezone.now())


def person_of(email: str) -> User | None:
    """Return the person of an address in its normal form, made now if it is new; None where the account was closed."""
    person = person_with(email, details={})
    return person if person.is_active else None


def send_code(request: HttpRequest, person: User | None, *, typed: str) -> None:
    """Mail a code to a person's stored address, and remember the typed one; nothing goes where there is no person."""
    email = person.email if person else typed
    process = LoginCodeVerificationProcess.initiate(request=request, user=person, email=email)
    process.state[TYPED] = typed
    process.persist()


def typed_address(stage: Any) -> str:
    """Return the address that somebody typed to be sent the code of a stage of signing in."""
    typed: str = stage.state.get(TYPED, "")
    return typed


def signed_in(request: HttpRequest) -> User:
    """Return who asks; raises PermissionDenied when nobody is signed in, which the view should have settled before."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def has_live_code(request: HttpRequest) -> bool:
    """Say whether this browser has asked for a code that can still be typed; one that ran out is forgotten."""
    stage = LoginStageController.enter(request, LoginByCodeStage.key)
    return stage is not None and LoginCodeVerificationProcess.resume(stage) is not None
