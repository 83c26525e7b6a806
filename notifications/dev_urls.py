"""The local inbox, under /dev/mail/."""

from django.urls import path

from notifications.views import dev_inbox

urlpatterns = [
    path("", dev_inbox.mail_list, name="dev_mail"),
    path("<str:mail_id>/", dev_inbox.mail_detail, name="dev_mail_message"),
    path("<str:mail_id>/html", dev_inbox.mail_html, name="dev_mail_html"),
    path("<str:mail_id>/raw", dev_inbox.mail_raw, name="dev_mail_raw"),
]
