"""Addresses of the organisers' pages about the programme, below /organise/."""

from django.urls import URLPattern, URLResolver, path

from events.views.organise import changes, files, session_change, trainers, venues, weeks

urlpatterns: list[URLPattern | URLResolver] = [
    path("", weeks.Weeks.as_view(), name="organise"),
    path("files/", files.Files.as_view(), name="organise_files"),
    path("files/load/", files.Load.as_view(), name="organise_files_load"),
    path("files/programme.<str:form>", files.Template.as_view(), name="organise_files_template"),
    path("files/weeks/<slug:slug>.<str:form>", files.WeekFile.as_view(), name="organise_files_week"),
    path("changes/", changes.Changes.as_view(), name="organise_changes"),
    path("changes/<int:pk>/now/", changes.CarryOut.as_view(), name="organise_change_now"),
    path("changes/<int:pk>/take-back/", changes.TakeBack.as_view(), name="organise_change_take_back"),
    path("sessions/<int:pk>/cancel/", session_change.Cancel.as_view(), name="organise_session_cancel"),
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
