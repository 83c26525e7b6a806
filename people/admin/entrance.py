"""The door of the admin: who is let in, and how they sign in."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

admin.site.site_header = admin.site.site_title = "Practice Weeks"
admin.site.index_title = "Programme, bookings and people"


def may_enter(request: HttpRequest) -> bool:
    """Say whether somebody may enter the admin now: they were let in, and something is still permitted to them."""
    user = request.user
    let_in = user.is_active and user.is_staff
    return let_in and (user.is_superuser or bool(user.get_all_permissions()))


sign_in_by_code = secure_admin_login(admin.site.login)


def sign_in(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
    """Ask who nobody knows yet for a code; raises PermissionDenied for somebody known who may not enter."""
    if request.user.is_authenticated and not may_enter(request):
        raise PermissionDenied
    answer: HttpResponse = sign_in_by_code(request, extra_context)
    return answer


admin.site.has_permission = may_enter  # type: ignore[method-assign]  # a role that ran out keeps nobody in
admin.site.login = sign_in  # type: ignore[method-assign]  # signing in is by a code
