"""The API's versions, its OpenAPI document and its pages."""

from django.urls import include, path, re_path

from config.api.schema import Docs, Schema
from config.api.views import Index, Nothing

urlpatterns = [
    path("v1/", Index.as_view(), name="api-index"),
    path("v1/", include("people.api.urls")),
    path("v1/", include("events.api.urls")),
    path("v1/", include("bookings.api.urls")),
    path("schema/", Schema.as_view(), name="api-schema"),
    path("docs/", Docs.as_view(), name="api-docs"),
    re_path(r"", Nothing.as_view()),
]
