"""Addresses under /api/v1/ that this app answers."""

from django.urls import path

from events.api import views

urlpatterns = [
    path("themes/", views.Themes.as_view(), name="api-themes"),
    path("weeks/", views.Weeks.as_view(), name="api-weeks"),
    path("weeks/<slug:slug>/", views.OneWeek.as_view(), name="api-week"),
    path("resources/", views.Resources.as_view(), name="api-resources"),
    path("sessions/", views.Sessions.as_view(), name="api-sessions"),
    path("sessions/<int:session_id>/", views.OneSession.as_view(), name="api-session"),
    path("sessions/<int:session_id>/publish/", views.PublishSession.as_view(), name="api-session-publish"),
    path("sessions/<int:session_id>/reschedule/", views.RescheduleSession.as_view(), name="api-session-reschedule"),
    path("sessions/<int:session_id>/cancel/", views.CancelSession.as_view(), name="api-session-cancel"),
]
