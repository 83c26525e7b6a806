"""Addresses of booking, and the session's own page, which shows what can be booked."""

from django.urls import URLPattern, URLResolver, path

from bookings import feeds
from bookings.views import (
    agency,
    bulk,
    calendar,
    changes,
    mine,
    needs,
    other_bookings,
    plan,
    session_people,
    sessions,
    training,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("sessions/<int:pk>/", sessions.session, name="session"),
    path("sessions/<int:pk>/book/", sessions.Book.as_view(), name="book_session"),
    path("plan/", plan.Plan.as_view(), name="plan"),
    path("plan/done/", plan.plan_done, name="plan_done"),
    path("plan/add/", plan.add_to_plan, name="add_to_plan"),
    path("plan/remove/", plan.remove_from_plan, name="remove_from_plan"),
    path("organise/sessions/<int:pk>/change/", changes.Change.as_view(), name="organise_session_change"),
    path("organise/sessions/<int:pk>/people/", session_people.People.as_view(), name="organise_people"),
    path("organise/sessions/<int:pk>/people/book/", other_bookings.OrganiseBook.as_view(), name="organise_book"),
    path("organise/sessions/<int:pk>/bulk/", bulk.OrganiseBulk.as_view(), name="organise_bulk"),
    path("organise/bookings/<int:pk>/", session_people.History.as_view(), name="organise_booking"),
    path("organise/bookings/<int:pk>/cancel/", other_bookings.OrganiseCancel.as_view(), name="organise_cancel_booking"),
    path(
        "organise/bookings/<int:pk>/substitute/",
        other_bookings.OrganiseSubstitute.as_view(),
        name="organise_substitute",
    ),
    path("agency/", agency.Agency.as_view(), name="agency"),
    path("agency/people/<int:pk>/", agency.Person.as_view(), name="agency_person"),
    path("agency/book/", other_bookings.AgencyBook.as_view(), name="agency_book"),
    path("agency/bulk/", bulk.AgencyBulk.as_view(), name="agency_bulk"),
    path("agency/bookings/<int:pk>/cancel/", other_bookings.AgencyCancel.as_view(), name="agency_cancel"),
    path("agency/bookings/<int:pk>/substitute/", other_bookings.AgencySubstitute.as_view(), name="agency_substitute"),
    path("me/", mine.my_bookings, name="my_bookings"),
    path("me/bookings/<int:pk>/", mine.my_booking, name="my_booking"),
    path("me/bookings/<int:pk>/cancel/", mine.Cancel.as_view(), name="cancel_booking"),
    path("me/bookings/<int:pk>/need/", needs.MyNeed.as_view(), name="my_need"),
    path("training/", training.training, name="training"),
    path("organise/needs/", needs.Needs.as_view(), name="organise_needs"),
    path("needs/<int:pk>/done/", needs.see_to, {"what": "done"}, name="need_done"),
    path("needs/<int:pk>/undone/", needs.see_to, {"what": "undone"}, name="need_undone"),
    path("needs/<int:pk>/mine/", needs.see_to, {"what": "mine"}, name="need_mine"),
    path("needs/<int:pk>/not-mine/", needs.see_to, {"what": "not_mine"}, name="need_not_mine"),
    path("me/calendar/", calendar.my_calendar, name="my_calendar"),
    path("me/calendar/<int:pk>/revoke/", calendar.revoke, name="revoke_feed"),
    path("calendar/me/<path:token>.ics", feeds.feed_me, name="feed_me"),
]
