"""Addresses for signing in and for one's details. The names that begin with ``account_`` are those allauth asks for."""

from django.urls import path

from people import views

urlpatterns = [
    path("sign-in/", views.SignIn.as_view(), name="account_login"),
    path("sign-in/", views.SignIn.as_view(), name="account_request_login_code"),
    path("sign-in/code/", views.ConfirmCode.as_view(), name="account_confirm_login_code"),
    path("sign-out/", views.SignOut.as_view(), name="account_logout"),
    path("me/details/", views.Details.as_view(), name="my_details"),
]
