"""Venues and their rooms, as organisers work on them."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.generic import ListView, TemplateView

from events import actions
from events.models import Room, Session, Venue
from events.place_forms import RoomForm, VenueForm
from events.place_page import by_room, planned, told_of
from events.views.organise.access import OrganiserMixin
from events.views.organise.saving import SavingView

HERE = {"organise_here": "venues"}


class Venues(OrganiserMixin, ListView[Venue]):
    """List all venues, which are everybody's, with how much is planned there."""

    template_name = "events/organise/venues.html"
    context_object_name = "venues"
    extra_context = HERE

    def get_queryset(self) -> Any:
        """Return the venues with their rooms and the number of published sessions to come."""
        coming = Count("sessions", filter=Q(sessions__state="published", sessions__ends_at__gt=self.at))
        return Venue.objects.select_related("area").prefetch_related("rooms").annotate(coming=coming)


class VenuePage(OrganiserMixin, TemplateView):
    """One venue: its facts, its rooms, and what is planned in each."""

    template_name = "events/organise/venue.html"
    extra_context = HERE

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the venue, what is planned by room, and whether one may change it."""
        venue = get_object_or_404(Venue.objects.select_related("area").prefetch_related("rooms"), slug=kwargs["slug"])
        coming = venue.sessions.filter(ends_at__gt=self.at).within_sight_of(self.actor, at=self.at)
        own = frozenset(coming.hosted_within(self.actor, at=self.at).values_list("pk", flat=True))
        lines = planned(coming.select_related("week", "room", "venue"), own=own, at=self.at)
        may_change = Venue.objects.changeable_by(self.actor, at=self.at).filter(pk=venue.pk).exists()
        return super().get_context_data(venue=venue, plans=by_room(venue, lines), may_change=may_change, **kwargs)


class AddVenue(SavingView):
    """Add a venue."""

    form_class = VenueForm
    template_name = "events/organise/venue_form.html"
    extra_context = HERE

    def act(self, form: VenueForm) -> HttpResponse:
        """Make it."""
        venue = actions.create_venue(**form.cleaned_data)
        messages.success(self.request, f"{venue} is added.")
        return redirect("organise_venue", venue.slug)


class VenueFormView(SavingView):
    """A form about a venue that one may change: whoever may not is told so, rather than that there is no venue."""

    extra_context = HERE
    venue: Venue

    def find(self) -> Venue:
        """Return the venue; raises Http404 where there is none, PermissionDenied where others meet there too."""
        venue: Venue = get_object_or_404(Venue, slug=self.kwargs["slug"])
        if not Venue.objects.changeable_by(self.actor, at=self.at).filter(pk=venue.pk).exists():
            raise PermissionDenied
        return venue

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the form its row."""
        self.venue = self.find()
        return {**super().get_form_kwargs(), "instance": self.row()}

    def row(self) -> Venue | Room:
        """Return what the form is about."""
        return self.venue

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the page says; the venue as it is stored."""
        context = super().get_context_data(**kwargs)
        return {**context, "venue": Venue.objects.get(pk=self.venue.pk)}

    def ask_first(self, form: Any, sessions: Any, line: str) -> HttpResponse | None:
        """Return the page that says who will be told, unless that was agreed to; None where there is nobody to tell.

        What was agreed to is the very line that diaries will show: another one is asked about again.
        """
        told = told_of(sessions.told_of_changes(at=self.at))
        if not told or self.request.POST.get("agreed") == line:
            return None
        return self.render_to_response(self.get_context_data(form=form, told=told, agreed=line))


class ChangeVenue(VenueFormView):
    """Change a venue; where people's diaries follow, their number is said first."""

    form_class = VenueForm
    template_name = "events/organise/venue_form.html"

    def act(self, form: VenueForm) -> HttpResponse:
        """Change what differs, once whoever asks knows whom it tells."""
        before, after = Venue.objects.get(pk=self.venue.pk).one_line, form.instance.one_line
        if before != after and (question := self.ask_first(form, self.venue.sessions, after)):
            return question
        changes = {name: form.cleaned_data[name] for name in form.changed_data}
        venue = actions.revise_venue(self.venue, at=self.at, **changes)
        messages.success(self.request, f"{venue} is saved.")
        return redirect("organise_venue", venue.slug)


class AddRoom(VenueFormView):
    """Add a room to a venue."""

    form_class = RoomForm
    template_name = "events/organise/room_form.html"

    def row(self) -> Room:
        """Return a new room."""
        return Room(venue=self.venue)

    def act(self, form: RoomForm) -> HttpResponse:
        """Add it."""
        room = actions.add_room(self.venue, **form.cleaned_data)
        messages.success(self.request, f"{room} is added.")
        return redirect("organise_venue", self.venue.slug)


class ChangeRoom(VenueFormView):
    """Rename a room, say how many seats it has, or remove one that no session names."""

    form_class = RoomForm
    template_name = "events/organise/room_form.html"
    room: Room

    def row(self) -> Room:
        """Return the room; raises Http404 for one of another venue."""
        self.room = get_object_or_404(Room, pk=self.kwargs["pk"], venue=self.venue)
        return self.room

    def act(self, form: RoomForm) -> HttpResponse:
        """Change or remove it, once whoever asks knows whom it tells."""
        if "remove" in self.request.POST:
            actions.remove_room(self.room)
            messages.success(self.request, "The room is removed.")
            return redirect("organise_venue", self.venue.slug)
        name = form.cleaned_data["name"]
        sessions = Session.objects.filter(room=self.room)
        if "name" in form.changed_data and (question := self.ask_first(form, sessions, name)):
            return question
        room = actions.revise_room(self.room, at=self.at, **form.cleaned_data)
        messages.success(self.request, f"{room} is saved.")
        return redirect("organise_venue", self.venue.slug)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the page says; the room as it is stored, and whether it is used."""
        context = super().get_context_data(**kwargs)
        stored = Room.objects.get(pk=self.room.pk)
        return {**context, "room": stored, "is_used": stored.sessions.exists()}
