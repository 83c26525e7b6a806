"""The page of a line manager who is asked; they need no account."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from bookings import actions
from bookings.asked_words import approval_words
from bookings.errors import AlreadyAnswered
from bookings.forms import AnswerForm
from bookings.links import APPROVAL
from bookings.models import Answer, Approval
from bookings.views.signed_links import SignedPage
from events.presenters import SessionLine

WORDS = {"agree": Answer.YES, "disagree": Answer.NO}


class Approve(SignedPage):
    """Say who asks for what and when, and agree or not."""

    purpose = APPROVAL
    form_class = AnswerForm
    template_name = "bookings/approval.html"

    def read(self, key: int) -> None:
        """Find the question."""
        rows = Approval.objects.select_related("booking__session__venue", "booking__session__room")
        self.approval = get_object_or_404(rows, pk=key)

    def act(self, form: AnswerForm) -> HttpResponse:
        """Write the answer; the same answer once more changes nothing, and another is refused."""
        wanted = WORDS.get(self.answer)
        if wanted is None:
            return self.unknown_answer(form)
        agrees, reason = wanted == Answer.YES, form.cleaned_data["reason"]
        try:
            actions.answer_approval(self.approval, agrees=agrees, at=self.at, reason=reason)
        except AlreadyAnswered:
            self.read(self.approval.pk)
            if self.approval.answer != wanted:
                raise
        return redirect(self.request.path)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return who asks for what, and where the question stands."""
        booking = self.approval.booking
        return super().get_context_data(
            asked=approval_words(self.approval, at=self.at),
            booking=booking,
            line=SessionLine(booking.session, self.at),
            **kwargs,
        )
