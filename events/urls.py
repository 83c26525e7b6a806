"""Addresses of the programme. A session's own page is served with its bookings, in `bookings.urls`."""

from django.urls import URLPattern, URLResolver, include, path

from events import feeds
from events.views import pictures, resources, sessions, subscribe, themes, week, weeks

urlpatterns: list[URLPattern | URLResolver] = [
    path("", weeks.home, name="home"),
    path("weeks/", weeks.weeks, name="weeks"),
    path("weeks/<slug:slug>/", week.week, name="week"),
    path("weeks/<slug:slug>/poster/", week.week_poster, name="week_poster"),
    path("weeks/<slug:slug>/card.png", pictures.week_card, name="week_card"),
    path("card.png", pictures.site_card, name="site_card"),
    path("sessions/", sessions.sessions, name="sessions"),
    path("resources/", resources.resources, name="resources"),
    path("resources/<slug:slug>/", resources.resource, name="resource"),
    path("resources/<slug:slug>/file/", resources.resource_file, name="resource_file"),
    path("resources/<slug:slug>/go/", resources.resource_link, name="resource_link"),
    path("themes/", themes.themes, name="themes"),
    path("themes/<slug:slug>/", themes.theme, name="theme"),
    path("organise/", include("events.organise_urls")),
    path("calendar/all/", subscribe.subscribe_all, name="subscribe_all"),
    path("calendar/partnerships/<slug:slug>/", subscribe.subscribe_partnership, name="subscribe_partnership"),
    path("calendar/weeks/<slug:slug>/", subscribe.subscribe_week, name="subscribe_week"),
    path("calendar/themes/<slug:slug>/", subscribe.subscribe_theme, name="subscribe_theme"),
    path("calendar/sessions/<int:pk>/", subscribe.subscribe_session, name="subscribe_session"),
    path("calendar/all.ics", feeds.feed_all, name="feed_all"),
    path("calendar/partnerships/<slug:slug>.ics", feeds.feed_partnership, name="feed_partnership"),
    path("calendar/weeks/<slug:slug>.ics", feeds.feed_week, name="feed_week"),
    path("calendar/themes/<slug:slug>.ics", feeds.feed_theme, name="feed_theme"),
    path("calendar/sessions/<int:pk>.ics", feeds.feed_session, name="feed_session"),
]
