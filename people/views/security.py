"""My ways to sign in: passkeys, an authenticator app, and recovery codes."""

from typing import Any

from allauth.account.utils import get_next_redirect_url
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.internal.flows import activate_totp
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.internal.auth import begin_registration
from allauth.mfa.webauthn.internal.flows import add_authenticator
from allauth.mfa.webauthn.views import AddWebAuthnView, EditWebAuthnView, RemoveWebAuthnView
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.http import urlencode
from django.views.generic import TemplateView
from django.views.generic.base import ContextMixin

from people.second_factor import step_of
from people.signin import signed_in


class OnTheWay(ContextMixin):
    """A page on which somebody may be on their way to another; every link keeps where they were going."""

    request: HttpRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the page says, with where it goes on."""
        wanted = get_next_redirect_url(self.request)
        query = f"?{urlencode({'next': wanted})}" if wanted else ""
        return {**super().get_context_data(**kwargs), "going_to": wanted, "going_query": query}

    def onward(self, name: str) -> str:
        """Return a page's address, with where somebody is going."""
        wanted = get_next_redirect_url(self.request)
        return reverse(name) + (f"?{urlencode({'next': wanted})}" if wanted else "")


class _WithRecoveryCodes(OnTheWay):
    """Adds something to sign in with; this visit has proved it then, and the recovery codes are shown if new."""

    def keep(self, authenticator: Authenticator, codes: Authenticator | None) -> HttpResponse:
        """Note that this visit has used what it has just set up, and go on."""
        post_authentication(self.request, authenticator, reauthenticated=True)
        return HttpResponseRedirect(self.onward("mfa_view_recovery_codes" if codes else "mfa_index"))


class Security(LoginRequiredMixin, OnTheWay, TemplateView):
    """Everything one signs in with."""

    template_name = "people/security/index.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what somebody has, and what an organiser still needs."""
        rows = Authenticator.objects.filter(user=signed_in(self.request)).order_by("created_at", "pk")
        of_type: dict[str, list[Authenticator]] = {}
        for row in rows:
            of_type.setdefault(row.type, []).append(row)
        codes = of_type.get(Authenticator.Type.RECOVERY_CODES)
        return {
            **super().get_context_data(**kwargs),
            "passkeys": of_type.get(Authenticator.Type.WEBAUTHN, []),
            "app": of_type.get(Authenticator.Type.TOTP, [None])[0],
            "has_codes": bool(codes),
            "codes_left": len(codes[0].wrap().get_unused_codes()) if codes else 0,
            "step": step_of(self.request, at=timezone.now()),
        }


class AddPasskey(_WithRecoveryCodes, AddWebAuthnView):  # type: ignore[misc]  # allauth has no types
    """Make a passkey; the browser does it, so this page needs JavaScript."""

    template_name = "people/security/add_passkey.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the device is asked: to keep the passkey, and to check who uses it."""
        context = super(AddWebAuthnView, self).get_context_data(**kwargs)
        wanted = OnTheWay.get_context_data(self)
        options = begin_registration(signed_in(self.request), passwordless=True)
        return {**wanted, **context, "options": options}

    def form_valid(self, form: Any) -> HttpResponse:
        """Keep the passkey."""
        given = {name: form.cleaned_data[name] for name in ("name", "credential")}
        return self.keep(*add_authenticator(self.request, **given))


class RenamePasskey(EditWebAuthnView):  # type: ignore[misc]  # allauth has no types
    """Call a passkey otherwise."""

    template_name = "people/security/rename_passkey.html"
    success_url = reverse_lazy("mfa_index")


class RemovePasskey(RemoveWebAuthnView):  # type: ignore[misc]  # allauth has no types
    """Take a passkey away."""

    template_name = "people/security/remove_passkey.html"
    success_url = reverse_lazy("mfa_index")


class AddApp(_WithRecoveryCodes, ActivateTOTPView):  # type: ignore[misc]  # allauth has no types
    """Set an authenticator app up, by a picture or by typing the key."""

    template_name = "people/security/add_app.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the key as it is typed, in groups of four."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        secret = context["form"].secret
        return {**context, "key": " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))}

    def form_valid(self, form: Any) -> HttpResponse:
        """Keep the app."""
        return self.keep(*activate_totp(self.request, form))


class RemoveApp(DeactivateTOTPView):  # type: ignore[misc]  # allauth has no types
    """Take the app away."""

    template_name = "people/security/remove_app.html"


class RecoveryCodes(OnTheWay, ViewRecoveryCodesView):  # type: ignore[misc]  # allauth has no types
    """The codes for the day when passkey and app are lost."""

    template_name = "people/security/recovery_codes.html"


class NewRecoveryCodes(GenerateRecoveryCodesView):  # type: ignore[misc]  # allauth has no types
    """Make new ones; the old ones work no more."""

    template_name = "people/security/new_codes.html"
