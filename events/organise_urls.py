"""Addresses of the organisers' pages about the programme, below /organise/."""

from django.urls import URLPattern, URLResolver, path

from events.views.organise import weeks

urlpatterns: list[URLPattern | URLResolver] = [
    path("", weeks.Weeks.as_view(), name="organise"),
]
