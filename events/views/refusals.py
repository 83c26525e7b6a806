"""A polite no on a page: the sentence stands by the form, and what was typed stays."""

from typing import Any

from django.http import HttpResponse
from django.views.generic import FormView

from events.errors import Refusal


class RefusalFormView(FormView[Any]):
    """A form view whose `act` does what the form asks for; a refusal it raises is shown by the form, as 409."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Act, or show why not."""
        try:
            return self.act(form)
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
            return self.render_to_response(self.get_context_data(form=form), status=409)

    def act(self, form: Any) -> HttpResponse:
        """Do what is asked and answer; raises a Refusal when it cannot be done."""
        raise NotImplementedError
