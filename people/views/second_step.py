"""Proving who one is with more than a code from a mail: at sign-in, and again before something that matters."""

from typing import Any

from allauth.account.utils import passthrough_next_redirect_url
from allauth.mfa.base.views import AuthenticateView, ReauthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import begin_authentication
from allauth.mfa.webauthn.views import LoginWebAuthnView, ReauthenticateWebAuthnView
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from people.models import User
from people.signin import signed_in


def has_passkey(person: User) -> bool:
    """Say whether somebody has a passkey to be asked for."""
    return bool(Authenticator.objects.filter(user=person, type=Authenticator.Type.WEBAUTHN).exists())


class SecondStep(AuthenticateView):  # type: ignore[misc]  # allauth has no types
    """Finish signing in, with a passkey, the app or a recovery code."""

    template_name = "people/security/second_step.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the page says; a faulty answer of a device stands at the top like any other fault."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        faulty = next((form for form in (self.auth_form, self.webauthn_form) if form.errors), self.auth_form)
        return {**context, "faulty": faulty, "has_passkey": has_passkey(self.stage.login.user)}


class ConfirmAgain(ReauthenticateView):  # type: ignore[misc]  # allauth has no types
    """Ask somebody who is signed in to prove it again, with a passkey, the app or a recovery code."""

    template_name = "people/security/confirm.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the page says, with what a passkey is asked."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        person = signed_in(self.request)
        if not has_passkey(person):
            return context
        return {**context, "has_passkey": True, "options": begin_authentication(person)}


class ConfirmWithPasskey(ReauthenticateWebAuthnView):  # type: ignore[misc]  # allauth has no types
    """Take the passkey's answer that the page above sends."""

    def get(self, *_: Any, **__: Any) -> HttpResponse:
        """Ask on the page above."""
        return self._ask()

    def form_invalid(self, form: Any) -> HttpResponse:
        """Say what is wrong on the page above."""
        for message in form.errors.get("credential", []):
            messages.error(self.request, message)
        return self._ask()

    def _ask(self) -> HttpResponse:
        """Go to the page that asks, and keep where somebody is going."""
        return HttpResponseRedirect(self.passthrough_next_url(reverse("mfa_reauthenticate")))


class PasskeySignIn(LoginWebAuthnView):  # type: ignore[misc]  # allauth has no types
    """Take the answer of a passkey instead of a code; a script on the sign-in page asks for it."""

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: Any) -> None:
        """Stay: somebody who asked for a code may still use a passkey."""

    def form_invalid(self, form: Any) -> HttpResponse:
        """Say what is wrong on the sign-in page, and keep where somebody is going."""
        for message in form.errors.get("credential", []):
            messages.error(self.request, message)
        return HttpResponseRedirect(passthrough_next_redirect_url(self.request, reverse("account_login"), "next"))
