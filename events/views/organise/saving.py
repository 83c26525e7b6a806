"""Forms of the organisers: what is wrong stands by the form, and what was typed stays."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse

from events.errors import Busy
from events.views.organise.access import OrganiserMixin
from events.views.refusals import RefusalFormView


class SavingView(OrganiserMixin, RefusalFormView):
    """A form whose faults answer 400, what stands against them 409, and a site that is too busy 503."""

    def form_invalid(self, form: Any) -> HttpResponse:
        """Say what is wrong with the form."""
        return self.render_to_response(self.get_context_data(form=form), status=400)

    def form_valid(self, form: Any) -> HttpResponse:
        """Act, or show what is in the way."""
        try:
            return super().form_valid(form)
        except ValidationError as error:
            self.add_faults(form, error)
            status, headers = 409, {}
        except Busy as busy:
            form.add_error(None, str(busy))
            status, headers = 503, {"Retry-After": str(busy.retry_after_seconds)}
        return self.render_to_response(self.get_context_data(form=form), status=status, headers=headers)

    def add_faults(self, form: Any, error: ValidationError) -> None:
        """Show each fault at its field, and those of no field above the form."""
        by_field = error.error_dict if hasattr(error, "error_dict") else {None: error.error_list}
        for name, faults in by_field.items():
            form.add_error(name if name in form.fields else None, faults)
