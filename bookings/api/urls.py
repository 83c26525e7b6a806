"""Addresses under /api/v1/ that this app answers."""

from django.urls import path

from bookings.api import register, views

urlpatterns = [
    path("bookings/", views.Bookings.as_view(), name="api-bookings"),
    path("bookings/<int:booking_id>/", views.OneBooking.as_view(), name="api-booking"),
    path("bookings/<int:booking_id>/cancel/", views.CancelBooking.as_view(), name="api-booking-cancel"),
    path("bookings/<int:booking_id>/accept/", views.AcceptPlace.as_view(), name="api-booking-accept"),
    path("bookings/<int:booking_id>/decline/", views.DeclinePlace.as_view(), name="api-booking-decline"),
    path("bookings/<int:booking_id>/substitute/", views.Substitute.as_view(), name="api-booking-substitute"),
    path("sessions/<int:session_id>/register/", register.RegisterOfSession.as_view(), name="api-register"),
]
