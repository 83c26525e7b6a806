"""Addresses of booking, and the session's own page, which shows what can be booked."""

from django.urls import URLPattern, URLResolver, path

from bookings import feeds
from bookings.views import calendar, changes, charges, mine, needs, plan, policies, sessions, training

urlpatterns: list[URLPattern | URLResolver] = [
    path("sessions/<int:pk>/", sessions.session, name="session"),
    path("sessions/<int:pk>/book/", sessions.Book.as_view(), name="book_session"),
    path("plan/", plan.Plan.as_view(), name="plan"),
    path("plan/done/", plan.plan_done, name="plan_done"),
    path("plan/add/", plan.add_to_plan, name="add_to_plan"),
    path("plan/remove/", plan.remove_from_plan, name="remove_from_plan"),
    path("organise/sessions/<int:pk>/change/", changes.Change.as_view(), name="organise_session_change"),
    path("me/", mine.my_bookings, name="my_bookings"),
    path("me/bookings/<int:pk>/", mine.my_booking, name="my_booking"),
    path("me/bookings/<int:pk>/cancel/", mine.Cancel.as_view(), name="cancel_booking"),
    path("me/bookings/<int:pk>/need/", needs.MyNeed.as_view(), name="my_need"),
    path("training/", training.training, name="training"),
    path("organise/needs/", needs.Needs.as_view(), name="organise_needs"),
    path("organise/policies/", policies.Policies.as_view(), name="organise_policies"),
    path("organise/policies/<slug:slug>/", policies.PolicyOfPartnership.as_view(), name="organise_policy"),
    path("organise/sessions/<int:pk>/policy/", policies.PolicyOfSession.as_view(), name="organise_session_policy"),
    path("organise/charges/", charges.Charges.as_view(), name="organise_charges"),
    path("organise/charges.csv", charges.ChargesFile.as_view(), name="organise_charges_file"),
    path("organise/charges/<int:pk>/waive/", charges.Waive.as_view(), name="organise_charge_waive"),
    path("needs/<int:pk>/done/", needs.tick, {"what": "done"}, name="need_done"),
    path("needs/<int:pk>/undone/", needs.tick, {"what": "undone"}, name="need_undone"),
    path("me/calendar/", calendar.my_calendar, name="my_calendar"),
    path("me/calendar/<int:pk>/revoke/", calendar.revoke, name="revoke_feed"),
    path("calendar/me/<path:token>.ics", feeds.feed_me, name="feed_me"),
]
