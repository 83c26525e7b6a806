"""How people sign in: a code typed from a mail."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.stages import LoginByCodeStage, LoginStageController
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from people.actions import person_with
from people.models import User

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
