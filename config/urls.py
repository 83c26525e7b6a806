"""Every address prefix on one page."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("bookings.urls")),
    path("", include("events.urls")),
    path("", include("people.urls")),
    path("api/", include("config.api.urls")),
    path("health/", include("config.health_urls")),
    path("admin/", admin.site.urls),
]
if settings.LOCAL_INBOX:
    urlpatterns.append(path("dev/mail/", include("notifications.urls")))
