"""The page of somebody who delivers sessions."""

from typing import Any, Final

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from bookings.training_page import coming_sessions, past_lines, past_sessions
from events.models import Trainer
from people.signin import signed_in

PAST_ON_A_PAGE: Final = 25


@require_safe
@login_required
def training(request: HttpRequest) -> HttpResponse:
    """Show what one delivers; for everybody who is no trainer there is no such page.

    Whoever holds the role and is not linked with a trainer yet reads whom to ask.
    """
    at, actor = timezone.now(), signed_in(request)
    trainer = Trainer.objects.filter(user=actor).first()
    if trainer is None and not actor.is_trainer:
        raise Http404
    context: dict[str, Any] = {"trainer": trainer}
    if trainer:
        page = Paginator(past_sessions(trainer, at=at), PAST_ON_A_PAGE).get_page(request.GET.get("page"))
        context["coming"] = coming_sessions(trainer, actor, at=at)
        context["past"] = past_lines(trainer, list(page.object_list), at=at)
        context["page"] = page
    return render(request, "bookings/training.html", context)
