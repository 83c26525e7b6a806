"""The questions about a session: answered from the mail's link or from one's own pages, without an account."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from bookings import actions
from bookings.errors import FeedbackGiven
from bookings.feedback_forms import FeedbackForm
from bookings.feedback_page import read_feedback_page
from bookings.links import FEEDBACK
from bookings.models import Booking, Stage
from bookings.views.signed_links import SignedPage


class Feedback(SignedPage):
    """What is asked at a stage; without one in the address, what is due."""

    purpose = FEEDBACK
    template_name = "bookings/feedback.html"

    def read(self, key: int) -> None:
        """Find the booking, and what is asked of whoever made it; raises Http404."""
        booking = Booking.objects.with_session().filter(pk=key).first()
        stage = self.kwargs.get("stage", "")
        if booking is None or stage not in ("", *Stage.values):
            raise Http404
        self.page = read_feedback_page(booking, stage, at=self.at)

    def get_form(self, form_class: Any = None) -> FeedbackForm:  # noqa: ARG002 - Django's signature
        """Return the questions."""
        data = self.request.POST if self.request.method == "POST" else None
        return FeedbackForm(data, questions=self.page.form.asks)

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Look at the answers where they are asked for; otherwise say why they are not."""
        if self.page.given_at:
            return redirect(request.path)
        if self.page.refusal:
            return self.render_to_response(self.get_context_data(form=self.get_form()), status=409)
        return super().post(request, *args, **kwargs)

    def act(self, form: FeedbackForm) -> HttpResponse:
        """Keep the answers, and say thank you."""
        page = self.page
        try:
            actions.give_feedback(page.booking, stage=page.stage, form=page.form, answers=form.answers, at=self.at)
        except FeedbackGiven as given:
            messages.info(self.request, given.sentence)
        return redirect("feedback_stage", self.kwargs["token"], page.stage)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the page says; a refusal empties the form."""
        return {**super().get_context_data(**kwargs), "page": self.page, "line": self.page.line}
