"""People and what they may do, for administrators."""

from typing import Any

from allauth.mfa import admin as _of_allauth  # noqa: F401 - its page has to be there before ours takes its place
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone

from people import actions
from people.admin.pages import Page, ReadOnlyPage
from people.models import ApiToken, RoleGrant, User
from people.signin import signed_in


@admin.register(User)
class UserPage(Page):
    """People; nobody has a password, they sign in by a code."""

    list_display = ("address", "name", "organisation", "job_role", "is_active", "is_staff")
    list_filter = ("is_active", "is_staff", "role_grants__role")
    list_select_related = ("organisation",)
    search_fields = ("email", "name", "organisation_name")
    autocomplete_fields = ("organisation",)
    filter_horizontal = ("areas", "groups")
    readonly_fields = ("is_discreet", "alarm", "date_joined", "last_login")
    fields = (
        "email",
        "name",
        "preferred_name",
        "organisation",
        "organisation_name",
        "job_role",
        "areas",
        "is_discreet",
        "alarm",
        "is_active",
        "is_staff",
        "is_superuser",
        "groups",
        "date_joined",
        "last_login",
    )

    @admin.display(description="Email address", ordering="email")
    def address(self, person: User) -> str:
        """Return the address, or how to reach somebody who has none."""
        return person.email if person.has_address else "No address: tell them by phone or letter"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Leave who may enter the admin to role grants, and to those who may do everything."""
        locked = () if request.user.is_superuser else ("is_staff", "is_superuser", "groups")
        return [*super().get_readonly_fields(request, obj), *locked]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes the address of somebody who may do more than they, or they could sign in as them."""
        return super().has_change_permission(request, obj) and may_touch(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes somebody who may do more than they."""
        return super().has_delete_permission(request, obj) and may_touch(request, obj)

    def save_model(self, request: HttpRequest, obj: User, form: ModelForm[Any], change: bool) -> None:  # noqa: FBT001 - the admin's signature
        """Store a person; somebody new has no password."""
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)


def may_touch(request: HttpRequest, person: User | None) -> bool:
    """Say whether a person's row is not above that of whoever asks: everything, then the whole site, then the rest."""
    actor, now = signed_in(request), timezone.now()
    if person is None or actor.is_superuser:
        return True
    return not person.administers(at=now) or (not person.is_superuser and actor.administers(at=now))


@admin.register(RoleGrant)
class RoleGrantPage(Page):
    """Who holds which role; the way into the admin follows."""

    list_display = ("user", "role", "partnership", "organisation", "granted_at", "expires_at")
    list_filter = ("role", "partnership")
    list_select_related = ("user", "partnership", "organisation")
    search_fields = ("user__email", "user__name", "organisation__name")
    autocomplete_fields = ("user", "partnership", "organisation")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Keep a grant with its holder: somebody else gets a grant of their own, and the old one is withdrawn."""
        return [*super().get_readonly_fields(request, obj), *(["user"] if obj else [])]

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer, and accept, the role for the whole site from those only who hold it."""
        if db_field.name == "role" and not signed_in(request).administers(at=timezone.now()):
            kwargs["choices"] = [pair for pair in RoleGrant.Role.choices if pair[0] != RoleGrant.Role.ADMINISTRATOR]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only an administrator changes an administrator's grants."""
        return super().has_change_permission(request, obj) and (obj is None or may_touch(request, obj.user))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only an administrator withdraws an administrator's grants."""
        return super().has_delete_permission(request, obj) and (obj is None or may_touch(request, obj.user))

    def save_model(self, request: HttpRequest, obj: RoleGrant, form: ModelForm[Any], change: bool) -> None:  # noqa: FBT001 - the admin's signature
        """Store a grant, and let its holder in or out."""
        super().save_model(request, obj, form, change)
        actions.follow_grants(obj.user, at=timezone.now())

    def delete_model(self, request: HttpRequest, obj: RoleGrant) -> None:
        """Withdraw a grant."""
        super().delete_model(request, obj)
        actions.follow_grants(obj.user, at=timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[RoleGrant]) -> None:
        """Withdraw several grants."""
        holders = list(User.objects.filter(role_grants__in=queryset).distinct())
        super().delete_queryset(request, queryset)
        for holder in holders:
            actions.follow_grants(holder, at=timezone.now())


@admin.register(ApiToken)
class ApiTokenPage(ReadOnlyPage):
    """Tokens of programs; a secret is shown nowhere. Kept answers to programs (idempotency keys) have no page."""

    administrators_may = ("view", "change")
    list_display = ("user", "name", "scope", "created_at", "expires_at", "revoked_at")
    list_filter = ("scope",)
    list_select_related = ("user",)
    search_fields = ("user__email", "name")
    fields = ("user", "name", "scope", "created_at", "expires_at", "revoked_at")
    actions = ("revoke",)

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        """Say whether this person may revoke tokens."""
        return bool(request.user.has_perm("people.change_apitoken"))

    @admin.action(description="Revoke the selected tokens", permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiToken]) -> None:
        """Revoke; a token that is revoked stays as it is."""
        count = queryset.filter(revoked_at__isnull=True).update(revoked_at=timezone.now())
        self.message_user(request, f"Revoked: {count}.")


admin.site.unregister(Authenticator)  # allauth's page shows the secrets


@admin.register(Authenticator)
class AuthenticatorPage(ReadOnlyPage):
    """Passkeys, apps and recovery codes, for whoever has lost theirs: taking them away lets the person set up anew."""

    administrators_may = ("view", "delete")
    list_display = ("user", "type", "created_at", "last_used_at")
    list_filter = ("type",)
    list_select_related = ("user",)
    search_fields = ("user__email", "user__name")
    fields = ("user", "type", "created_at", "last_used_at")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let administrators take away what belongs to nobody above them, one at a time."""
        may = bool(request.user.has_perm("mfa.delete_authenticator"))
        return may and (obj is None or may_touch(request, obj.user))

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Offer nothing for several rows: whose each is has to be looked at."""
        return {name: action for name, action in super().get_actions(request).items() if name != "delete_selected"}
