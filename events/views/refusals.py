"""A polite no on a page: the sentence stands by the form, and what was typed stays."""

from typing import Any

from django.http import HttpResponse

from events.errors import Refusal


class RefusalMixin:
    """For a form view: `act` does what the form asks for, and a refusal it raises is shown by the form, as 409."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Act, or show why not."""
        try:
            return self.act(form)
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
            page: HttpResponse = self.render_to_response(self.get_context_data(form=form), status=409)  # type: ignore[attr-defined] - of the form view
            return page

    def act(self, form: Any) -> HttpResponse:
        """Do what is asked and answer; raises a Refusal when it cannot be done."""
        raise NotImplementedError
