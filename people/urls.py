"""Addresses for signing in and for one's details. The names ``account_…`` and ``mfa_…`` are those allauth asks for."""

from django.urls import path

from people.views import details, second_step, security, signing_in

urlpatterns = [
    path("sign-in/", signing_in.SignIn.as_view(), name="account_login"),
    path("sign-in/", signing_in.SignIn.as_view(), name="account_request_login_code"),
    path("sign-in/code/", signing_in.ConfirmCode.as_view(), name="account_confirm_login_code"),
    path("sign-in/passkey/", second_step.PasskeySignIn.as_view(), name="mfa_login_webauthn"),
    path("sign-in/second-step/", second_step.SecondStep.as_view(), name="mfa_authenticate"),
    path("sign-out/", signing_in.SignOut.as_view(), name="account_logout"),
    path("me/details/", details.Details.as_view(), name="my_details"),
    path("me/security/", security.Security.as_view(), name="mfa_index"),
    path("me/security/confirm/", second_step.ConfirmAgain.as_view(), name="mfa_reauthenticate"),
    path(
        "me/security/confirm/passkey/",
        second_step.ConfirmWithPasskey.as_view(),
        name="mfa_reauthenticate_webauthn",
    ),
    path("me/security/passkeys/add/", security.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path("me/security/passkeys/<int:pk>/rename/", security.RenamePasskey.as_view(), name="mfa_edit_webauthn"),
    path("me/security/passkeys/<int:pk>/remove/", security.RemovePasskey.as_view(), name="mfa_remove_webauthn"),
    path("me/security/app/", security.AddApp.as_view(), name="mfa_activate_totp"),
    path("me/security/app/remove/", security.RemoveApp.as_view(), name="mfa_deactivate_totp"),
    path("me/security/recovery-codes/", security.RecoveryCodes.as_view(), name="mfa_view_recovery_codes"),
    path("me/security/recovery-codes/new/", security.NewRecoveryCodes.as_view(), name="mfa_generate_recovery_codes"),
]
