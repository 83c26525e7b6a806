"""Addresses of the organisers' pages about the programme, below /organise/."""

from django.urls import URLPattern, URLResolver, path

from events.views.organise import trainers, venues, weeks

urlpatterns: list[URLPattern | URLResolver] = [
    path("", weeks.Weeks.as_view(), name="organise"),
    path("venues/", venues.Venues.as_view(), name="organise_venues"),
    path("venues/new/", venues.AddVenue.as_view(), name="organise_new_venue"),
    path("venues/<slug:slug>/", venues.VenuePage.as_view(), name="organise_venue"),
    path("venues/<slug:slug>/change/", venues.ChangeVenue.as_view(), name="organise_change_venue"),
    path("venues/<slug:slug>/rooms/new/", venues.AddRoom.as_view(), name="organise_new_room"),
    path("venues/<slug:slug>/rooms/<int:pk>/", venues.ChangeRoom.as_view(), name="organise_room"),
    path("trainers/", trainers.Trainers.as_view(), name="organise_trainers"),
    path("trainers/new/", trainers.AddTrainer.as_view(), name="organise_new_trainer"),
    path("trainers/<slug:slug>/", trainers.TrainerPage.as_view(), name="organise_trainer"),
    path("trainers/<slug:slug>/change/", trainers.ChangeTrainer.as_view(), name="organise_change_trainer"),
    path("sessions/<int:pk>/trainers/", trainers.SessionTrainers.as_view(), name="organise_session_trainers"),
]
