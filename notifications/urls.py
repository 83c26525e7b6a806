"""The local inbox, under /dev/mail/."""

from django.urls import path

from notifications import views

urlpatterns = [
    path("", views.mail_list, name="dev_mail"),
    path("<str:mail_id>/", views.mail_detail, name="dev_mail_message"),
    path("<str:mail_id>/html", views.mail_html, name="dev_mail_html"),
    path("<str:mail_id>/raw", views.mail_raw, name="dev_mail_raw"),
]
