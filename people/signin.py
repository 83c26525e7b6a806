"""How people sign in: a code typed from a mail; and what the admin then asks of who they are."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.stages import LoginByCodeStage, LoginStageController
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from people.actions import person_with
from people.models import RoleGrant, User
from people.models.access import unexpired
from people.permissions import live_group_permissions

CODE_GONE = "That code has been used or has run out. Ask for a new one."


class SignInAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """allauth's sign-in, in our words."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "incorrect_code": "That is not the code we sent. Check the newest mail from us and type all 8 digits.",
        "too_many_login_attempts": "Too many tries. Wait a few minutes, then ask for a new code.",
        "rate_limited": "Too many tries. Wait a few minutes, then ask for a new code.",
    }

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
        user = User.objects.filter(pk=user_id).annotate(is_trainer=is_trainer, is_agency_lead=is_lead).first()  # type: ignore[no-redef]  # its default
        return user if user and self.user_can_authenticate(user) else None

    def _get_group_permissions(self, user_obj: User) -> QuerySet[Permission]:
        """Return what the groups permit now; Django keeps it for the rest of the request."""
        return live_group_permissions(user_obj, at=timezone.now())


def person_of(email: str) -> User | None:
    """Return the person of an address in its normal form, made now if it is new; None where the account was closed."""
    person = person_with(email, details={})
    return person if person.is_active else None


def signed_in(request: HttpRequest) -> User:
    """Return who asks; raises PermissionDenied when nobody is signed in, which the view should have settled before."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def has_live_code(request: HttpRequest) -> bool:
    """Say whether this browser has asked for a code that can still be typed; one that ran out is forgotten."""
    stage = LoginStageController.enter(request, LoginByCodeStage.key)
    return stage is not None and LoginCodeVerificationProcess.resume(stage) is not None
