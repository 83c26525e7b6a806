"""My calendar: private addresses that a calendar app can subscribe to, and what one's diary is to show."""

from typing import Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from bookings import actions
from bookings.forms import DiaryForm, FeedForm
from bookings.models import FeedToken
from events.errors import Refusal
from events.views.calendar_links import CalendarLinks, calendar_links
from people.models import Alarm
from people.signin import signed_in

MOST_ADDRESSES: Final = 10
NAMED: Final = {"name": "My calendar"}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def my_calendar(request: HttpRequest) -> HttpResponse:
    """List one's calendar addresses and make a new one, whose secret is shown in this answer and never again."""
    live = FeedToken.objects.filter(user=signed_in(request), revoked_at__isnull=True)
    form = FeedForm(request.POST or None, initial=NAMED)
    links = None
    if request.method == "POST" and form.is_valid():
        if live.count() >= MOST_ADDRESSES:
            form.add_error(None, f"You have {MOST_ADDRESSES} addresses, which is the most. Remove one first.")
        else:
            secret = FeedToken.issue(signed_in(request), name=form.cleaned_data["name"])
            links = _links_of(request, secret)
    return _page(request, form, links)


def _links_of(request: HttpRequest, secret: str) -> CalendarLinks:
    """Return the links to a calendar of one's own, under a name that tells no more than its entries."""
    name = "My training" if signed_in(request).is_discreet else "My practice week sessions"
    return calendar_links(request, reverse("feed_me", args=[secret]), name=name)


def _page(
    request: HttpRequest, form: FeedForm, new: CalendarLinks | None = None, diary: DiaryForm | None = None
) -> HttpResponse:
    """Return one's addresses and choices, with the links of an address that is new."""
    live = FeedToken.objects.filter(user=signed_in(request), revoked_at__isnull=True)
    diary = diary or DiaryForm.of(signed_in(request))
    wrong = diary if diary.errors else form
    context = {"form": form, "diary": diary, "wrong": wrong, "tokens": live, "new": new}
    return render(request, "bookings/my_calendar.html", context, status=400 if wrong.errors else 200)


@login_required
@require_POST
def choose_diary(request: HttpRequest) -> HttpResponse:
    """Store what one's diary is to show; whoever has places to come is sent them anew where their titles change."""
    diary = DiaryForm(request.POST)
    if not diary.is_valid():
        return _page(request, FeedForm(initial=NAMED), diary=diary)
    alarm = Alarm(diary.cleaned_data["alarm"])
    try:
        renamed = actions.choose_diary(
            signed_in(request), is_discreet=diary.is_discreet, alarm=alarm, at=timezone.now()
        )
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("my_calendar")
    messages.success(request, _saved(renamed))
    return redirect("my_calendar")


def _saved(renamed: int) -> str:
    """Return what follows from the choice."""
    if not renamed:
        return "Saved. This holds from the next invitation on."
    mails = "a mail that brings your diary entry" if renamed == 1 else f"{renamed} mails that bring your diary entries"
    return f"Saved. You get {mails} up to date."


@login_required
@require_POST
def renew(request: HttpRequest, pk: int) -> HttpResponse:
    """Give one of one's addresses a new secret, shown in this answer and never again; the old one stops at once."""
    token = get_object_or_404(FeedToken, pk=pk, user=signed_in(request))
    secret = token.renew()
    if secret is None:
        messages.error(request, f"The address “{token.name}” has been replaced or removed already.")
        return redirect("my_calendar")
    return _page(request, FeedForm(initial=NAMED), _links_of(request, secret))


@login_required
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take away one of one's addresses; it stops working at once, and taking it away twice does nothing."""
    token = get_object_or_404(FeedToken, pk=pk, user=signed_in(request))
    FeedToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=timezone.now())
    messages.success(request, f"The address “{token.name}” no longer works.")
    return redirect("my_calendar")
