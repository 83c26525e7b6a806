"""Addresses of the organisers' pages about the programme, below /organise/."""

from django.urls import URLPattern, URLResolver, path

from events.views.organise import changes, files, session_change, weeks

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
]
