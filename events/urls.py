"""Addresses of the programme. A session's own page is served with its bookings, in `bookings.urls`."""

from django.urls import URLPattern, URLResolver, include, path

from events import feeds
from events.views import resources, sessions, week, weeks

urlpatterns: list[URLPattern | URLResolver] = [
    path("", weeks.home, name="home"),
    path("weeks/", weeks.weeks, name="weeks"),
    path("weeks/<slug:slug>/", week.week, name="week"),
    path("weeks/<slug:slug>/poster/", week.week_poster, name="week_poster"),
    path("sessions/", sessions.sessions, name="sessions"),
    path("resources/", resources.resources, name="resources"),
    path("resources/<slug:slug>/", resources.resource, name="resource"),
    path("organise/", include("events.organise_urls")),
    path("calendar/all.ics", feeds.feed_all, name="feed_all"),
    path("calendar/partnerships/<slug:slug>.ics", feeds.feed_partnership, name="feed_partnership"),
    path("calendar/weeks/<slug:slug>.ics", feeds.feed_week, name="feed_week"),
    path("calendar/themes/<slug:slug>.ics", feeds.feed_theme, name="feed_theme"),
    path("calendar/sessions/<int:pk>.ics", feeds.feed_session, name="feed_session"),
]
