"""Sign in by a code, and sign out."""

import logging
from smtplib import SMTPException
from typing import Any

from allauth.account.views import ConfirmLoginCodeView, LogoutView, RequestLoginCodeView
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from people.signin import CODE_GONE, has_live_code, send_code, typed_address

logger = logging.getLogger(__name__)


class SignIn(RequestLoginCodeView):  # type: ignore[misc]  # allauth has no types
    """Ask for a code by mail."""

    template_name = "people/sign_in.html"

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: Any) -> None:
        """Stay: somebody who comes back here wants another address or another code."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Send the code to the address that is stored; while mail cannot be sent, say so and keep what was typed."""
        try:
            send_code(self.request, form.person, typed=form.cleaned_data["email"])
        except (SMTPException, OSError):
            logger.exception("the sign-in code could not be sent")
            form.add_error(None, "We cannot send mail at the moment, so no code is on its way. Try again shortly.")
            return self.render_to_response(self.get_context_data(form=form), status=503)  # type: ignore[no-any-return]
        return HttpResponseRedirect(self.get_success_url())


class ConfirmCode(ConfirmLoginCodeView):  # type: ignore[misc]  # allauth has no types
    """Type the code and be signed in."""

    template_name = "people/confirm_code.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Send whoever has no code that works back to ask for one."""
        if not request.user.is_authenticated and not has_live_code(request):
            messages.error(request, CODE_GONE)
            return HttpResponseRedirect(self.passthrough_next_url(str(reverse_lazy("account_login"))))
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the page says: the address as it was typed, so that it tells nobody how it is stored."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "email": typed_address(self.stage)}

    def form_invalid(self, form: Any) -> HttpResponse:
        """Say what is wrong; after too many tries go back to ask for another code, and keep where one was going."""
        response: HttpResponse = super().form_invalid(form)
        if isinstance(response, HttpResponseRedirect):
            return HttpResponseRedirect(self.passthrough_next_url(response.url))
        return response


@method_decorator(require_POST, name="dispatch")
class SignOut(LogoutView):  # type: ignore[misc]  # allauth has no types
    """Sign out; by a form, so that no picture or link elsewhere can do it. The browser forgets what it kept for us."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Sign out, and let a page that was kept for a time without a network go too."""
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        answer.headers["Clear-Site-Data"] = '"storage"'
        return answer
