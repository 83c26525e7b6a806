"""How people sign in: a code typed from a mail."""

from allauth.account.adapter import DefaultAccountAdapter


class SignInAdapter(DefaultAccountAdapter):  # type: ignore[misc] - allauth has no types
    """allauth's sign-in, in our words."""
