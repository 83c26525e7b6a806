"""The health addresses, below ``/health/``."""

from django.urls import path

from config import health_views

urlpatterns = [
    path("live", health_views.live, name="health_live"),
    path("ready", health_views.ready, name="health_ready"),
    path("status", health_views.status, name="health_status"),
]
