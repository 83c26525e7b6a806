"""Every address prefix on one page."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from config import health_views, views
from notifications.webhooks import webhooks_of

handler400 = views.bad_request
handler403 = views.forbidden
handler404 = views.not_found
handler500 = views.server_error

urlpatterns = [
    path("", include("bookings.urls")),
    path("", include("events.urls")),
    path("", include("people.urls")),
    path("", include("notifications.urls")),
    path("accessibility/", views.statement, {"name": "accessibility"}, name="accessibility"),
    path("privacy/", views.statement, {"name": "privacy"}, name="privacy"),
    path("terms/", views.statement, {"name": "terms"}, name="terms"),
    path("favicon.ico", views.icon, name="icon"),
    path("apple-touch-icon.png", views.touch_icon, name="touch_icon"),
    path("contrast/", views.contrast, name="contrast"),
    path("components/", views.components, name="components"),
    path("api/", include("config.api.urls")),
    path("health/", include("config.health_urls")),
    path("metrics", health_views.prometheus, name="metrics"),
    path("admin/", admin.site.urls),
]
if settings.MAIL_PROVIDER and settings.ANYMAIL["WEBHOOK_SECRET"]:
    urlpatterns.append(path("webhooks/", include(webhooks_of(settings.MAIL_PROVIDER))))
if settings.LOCAL_INBOX:
    urlpatterns.append(path("dev/mail/", include("notifications.dev_urls")))
