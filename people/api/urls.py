"""Addresses under /api/v1/ that this app answers."""

from django.urls import path

from people.api import views

urlpatterns = [
    path("partnerships/", views.Partnerships.as_view(), name="api-partnerships"),
    path("tokens/", views.Tokens.as_view(), name="api-tokens"),
    path("tokens/<int:token_id>/", views.OneToken.as_view(), name="api-token"),
]
