"""Change a published session: what people notice is shown first and waits, everything else is saved at once."""

from collections.abc import Collection
from functools import cached_property
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from events import actions
from events.actions.details import DETAILS, WINDOW
from events.actions.sessions import QUEUE_FIELDS
from events.builder_forms.details import ABOUT
from events.change_presenters import link_address
from events.errors import ChangedSince, ChangeWaiting, Refusal
from events.models import Session
from events.presenters import SessionLine
from events.views.organise.change_forms import LINK_ALONE, PREVIEWED, ChangeForm
from events.views.organise.pages import is_shared, show_refused
from events.views.organise.session_change import PlanView

# What joining instructions say; those that were sent are sent anew once it differs.
IN_INSTRUCTIONS: Final = frozenset({"access", "cameras", "is_recorded"})


class Change(PlanView):
    """Change everything of a published session; of one that has begun, or whose change waits, what nobody notices.

    With ``?missing=link`` it leads from one session without a joining link to the next.
    """

    form_class = ChangeForm
    template_name = "events/organise/session_change.html"

    @cached_property
    def fixed(self) -> Refusal | None:
        """Return why nothing that people notice can be changed now."""
        return self.why_not()

    @property
    def has_details(self) -> bool:
        """Say whether anything can be changed: a draft has a page of its own, and what is cancelled stays."""
        return self.subject.state == Session.State.PUBLISHED

    def in_the_way(self) -> Refusal | None:
        """Return why what was sent is not looked at: it has what cannot be changed now."""
        return self.fixed if not self.has_details or "title" in self.request.POST else None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the session as it is; of a link alone nothing stands against it."""
        if self.seeks_links and self.has_details:
            return self.show_form(self.get_form())
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Tell the form what it leaves out, and whether others give sittings of the topic."""
        return {
            **super().get_form_kwargs(),
            "left_out": self.left_out(),
            "shares_topic": is_shared(self.subject.topic, self.actor, at=self.at),
        }

    def left_out(self) -> Collection[str]:
        """Return the fields that cannot be changed now, or that the way from link to link passes over."""
        if self.seeks_links:
            return frozenset({*PREVIEWED, *DETAILS, *ABOUT}) - LINK_ALONE
        window = WINDOW if isinstance(self.fixed, ChangeWaiting) else ()
        return {*PREVIEWED, *window} if self.fixed else ()

    def details_of(self, form: Any) -> dict[str, Any]:
        """Return what is saved at once, as of the revision that the page was made of."""
        if not (form.details or form.about):
            return {}
        return {**form.details, "about": form.about, "as_of": self.request.POST.get("as_of", "")}

    def show_preview(self, form: Any, *, status: int = 200) -> HttpResponse:
        """Show what people will notice; where they notice nothing, save."""
        if not form.changes:
            return self.save(form)
        if status == 200 and self.request.POST.get("as_of", self.as_of) != self.as_of:
            return self.show_form(form, sentence=ChangedSince().sentence, status=409)
        return super().show_preview(form, status=status)

    def decide(self, form: Any) -> HttpResponse:
        """Plan what people notice; where they notice nothing, save."""
        if not form.changes:
            return self.save(form)
        try:
            return super().decide(form)
        except ValidationError as error:
            show_refused(form, error)
            return self.show_form(form, status=400)

    def save(self, form: Any) -> HttpResponse:
        """Save what nobody notices, and say what follows."""
        try:
            actions.revise_details(self.subject.pk, at=self.at, actor=self.actor, **self.details_of(form))
        except Refusal as refusal:
            return self.show_form(form, sentence=refusal.sentence, status=409)
        except ValidationError as error:
            show_refused(form, error)
            return self.show_form(form, status=400)
        messages.success(self.request, " ".join([f"“{self.subject.title}” is saved.", *self.follows(form)]))
        return HttpResponseRedirect(self.onward(form))

    def follows(self, form: ChangeForm) -> list[str]:
        """Return what follows from what was saved, in sentences."""
        sentences = ["No diary changes."]
        if form.details.keys() & IN_INSTRUCTIONS and self.subject.places_taken and self.subject.starts_at > self.at:
            sentences.append("People who were sent the joining instructions are sent the new ones.")
        if form.details.keys() & QUEUE_FIELDS and self.subject.waiting:
            sentences.append("Free places go to those who wait.")
        return sentences

    @property
    def seeks_links(self) -> bool:
        """Say whether this is one of several sessions whose joining links are being given."""
        return self.request.GET.get("missing") == "link"

    @cached_property
    def next_without_link(self) -> Session | None:
        """Return the next session of one's own without a joining link; after the last, the first."""
        subject = self.subject
        own = Session.objects.hosted_within(self.actor, at=self.at).order_by().values("pk")
        others = Session.objects.filter(pk__in=own).without_link(at=self.at).exclude(pk=subject.pk)
        later = others.filter(Q(starts_at__gt=subject.starts_at) | Q(starts_at=subject.starts_at, pk__gt=subject.pk))
        found: Session | None = later.select_related("venue").first() or others.select_related("venue").first()
        return found

    def onward(self, form: ChangeForm) -> str:
        """Return the address that follows a saving: the next session without a link, if that is what is sought."""
        if not self.seeks_links:
            return self.request.path
        if self.next_without_link:
            return link_address(self.next_without_link)
        if "joining_link" in form.details:
            messages.success(self.request, "Every session to come has its joining link.")
        return reverse("organise")

    def form_context(self) -> dict[str, Any]:
        """Return what the page says beside the form."""
        following = self.next_without_link if self.seeks_links else None
        return {
            "as_of": self.request.POST.get("as_of", self.as_of),
            "has_details": self.has_details,
            "next_line": following and SessionLine(following, self.at),
            "next_address": following and link_address(following),
            "address": self.request.get_full_path(),
            "seeks_links": self.seeks_links,
        }
