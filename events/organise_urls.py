"""Addresses of the organisers' pages about the programme, below /organise/."""

from django.urls import URLPattern, URLResolver, path

from events.views.organise import builder, details, drafts, moves, publish, weeks

urlpatterns: list[URLPattern | URLResolver] = [
    path("", weeks.Weeks.as_view(), name="organise"),
    path("new/", weeks.NewWeek.as_view(), name="organise_week_new"),
    path("copy/", weeks.CopyWeek.as_view(), name="organise_week_copy"),
    path("weeks/<slug:slug>/", builder.Timetable.as_view(), name="organise_week"),
    path("weeks/<slug:slug>/details/", details.Details.as_view(), name="organise_week_details"),
    path("weeks/<slug:slug>/days/", details.Days.as_view(), name="organise_days"),
    path("weeks/<slug:slug>/preview/", builder.Preview.as_view(), name="organise_week_preview"),
    path("weeks/<slug:slug>/publish/", publish.PublishWeek.as_view(), name="organise_week_publish"),
    path("weeks/<slug:slug>/publish/now/", publish.PublishNow.as_view(), name="organise_week_publish_now"),
    path("weeks/<slug:slug>/publish/withdraw/", publish.WithdrawHour.as_view(), name="organise_week_withdraw"),
    path("weeks/<slug:slug>/sessions/add/", drafts.AddSession.as_view(), name="organise_session_add"),
    path("sessions/<int:pk>/edit/", drafts.EditSession.as_view(), name="organise_session_edit"),
    path("sessions/<int:pk>/move/", moves.MoveSession.as_view(), name="organise_session_move"),
    path("sessions/<int:pk>/step/", moves.StepSession.as_view(), name="organise_session_step"),
    path("sessions/<int:pk>/duplicate/", moves.DuplicateSession.as_view(), name="organise_session_duplicate"),
    path("sessions/<int:pk>/delete/", moves.DeleteSession.as_view(), name="organise_session_delete"),
    path("sessions/<int:pk>/publish/", drafts.PublishSession.as_view(), name="organise_session_publish"),
]
