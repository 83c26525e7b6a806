"""Addresses of what people are told, and of pages of bookings that say so too."""

from django.urls import URLPattern, URLResolver, path

from notifications.views import addresses, answers, bulk, choices, desk, log, outbox, policies, reminders, stop, texts

urlpatterns: list[URLPattern | URLResolver] = [
    path("me/messages/", choices.MyMessages.as_view(), name="my_messages"),
    path("organise/", desk.Desk.as_view(), name="organise"),
    path("organise/more/", desk.More.as_view(), name="organise_more"),
    path("organise/find/", desk.Search.as_view(), name="organise_search"),
    path("organise/policies/<slug:slug>/", policies.PolicyOfPartnership.as_view(), name="organise_policy"),
    path("organise/sessions/<int:pk>/policy/", policies.PolicyOfSession.as_view(), name="organise_session_policy"),
    path("organise/reminders/<slug:slug>/", reminders.Reminders.as_view(), name="organise_reminders"),
    path(
        "organise/reminders/<slug:slug>/<slug:week>/", reminders.WeekReminders.as_view(), name="organise_week_reminders"
    ),
    path(
        "organise/sessions/<int:pk>/reminders/", reminders.SessionReminders.as_view(), name="organise_session_reminders"
    ),
    path("organise/sessions/<int:pk>/messages/", log.SessionMessages.as_view(), name="organise_messages"),
    path("organise/sessions/<int:pk>/people/", addresses.PeopleAndAddresses.as_view(), name="organise_people"),
    path("organise/answers/", answers.Answers.as_view(), name="organise_answers"),
    path("organise/answers/<int:pk>/", answers.Answer.as_view(), name="organise_answer"),
    path("organise/answers/<int:pk>/seen/", answers.Seen.as_view(), name="organise_answer_seen"),
    path("messages/stop/<str:token>/", stop.Stop.as_view(), name="stop_messages"),
    path("organise/sessions/<int:pk>/write/", bulk.Write.as_view(), name="organise_write"),
    path("organise/letters/<int:pk>/back/", bulk.TakeBack.as_view(), name="take_back_bulk"),
    path("organise/texts/<slug:slug>/", texts.Texts.as_view(), name="organise_texts"),
    path("organise/texts/<slug:slug>/<slug:kind>/", texts.OwnText.as_view(), name="organise_text"),
    path("organise/texts/<slug:slug>/<slug:kind>/preview/", texts.Preview.as_view(), name="preview_text"),
    path("organise/addresses/", addresses.Addresses.as_view(), name="organise_addresses"),
    path("organise/addresses/<int:pk>/clear/", addresses.Clear.as_view(), name="clear_address"),
    path("organise/outbox/", outbox.Outbox.as_view(), name="organise_outbox"),
    path("organise/outbox/release/", outbox.Release.as_view(), name="release_outbox"),
    path("organise/bookings/<int:pk>/", log.BookingHistory.as_view(), name="organise_booking"),
    path("organise/messages/<int:pk>/again/", log.SendAgain.as_view(), name="send_message_again"),
]
