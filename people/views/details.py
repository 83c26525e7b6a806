"""Say who one is."""

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.messages.views import SuccessMessageMixin
from django.urls import reverse_lazy
from django.views.generic import UpdateView

from people.forms import DetailsForm
from people.models import User
from people.signin import signed_in


class Details(LoginRequiredMixin, SuccessMessageMixin[DetailsForm], UpdateView[User, DetailsForm]):
    """Name, organisation and job role."""

    form_class = DetailsForm
    template_name = "people/details.html"
    success_url = reverse_lazy("my_details")
    success_message = "Your details are saved."

    def get_object(self, queryset: Any = None) -> User:  # noqa: ARG002 - Django's signature
        """Return the person who asks, read afresh, so that a refused change shows nowhere else on the page."""
        return User.objects.get(pk=signed_in(self.request).pk)
