"""Pages behind the signed links of mails: no sign-in, kept by no cache, and nothing happens by looking."""

from typing import Any, ClassVar, Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt

from bookings.links import key_in
from events.views.busy import BusyMixin
from events.views.refusals import RefusalFormView

HEADERS: Final = {
    "Cache-Control": "no-store, private",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}
UNKNOWN_ANSWER: Final = "Press one of the two buttons."


# Whoever can send the form holds the link itself, so that a token in a cookie would prove nothing more. And with
# no referrer browsers name no origin either, so that Django's check would refuse everybody.
@method_decorator(csrf_exempt, name="dispatch")
class SignedPage(BusyMixin, RefusalFormView):
    """A question about one booking, asked by mail; whoever has the link may answer it."""

    purpose: ClassVar[str]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find what the link names; one that was not made here is as absent as any other page."""
        self.at = timezone.now()
        key = key_in(self.purpose, kwargs["token"])
        if key is None:
            raise Http404
        self.read(key)
        answer = super().dispatch(request, *args, **kwargs)
        for name, value in HEADERS.items():
            answer.headers[name] = value
        return answer

    def read(self, key: int) -> None:
        """Read what is asked about; raises Http404."""
        raise NotImplementedError

    def form_invalid(self, form: Any) -> HttpResponse:
        """Say what is wrong with what was typed."""
        return self.render_to_response(self.get_context_data(form=form), status=400)

    @property
    def answer(self) -> str:
        """Return which button was pressed."""
        return self.request.POST.get("answer", "")

    def unknown_answer(self, form: Any) -> HttpResponse:
        """Ask for one of the two buttons."""
        form.add_error(None, UNKNOWN_ANSWER)
        return self.form_invalid(form)
