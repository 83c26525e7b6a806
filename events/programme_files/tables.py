"""The tables of weeks and what is in them but sessions: their columns, and how a row is checked and stored."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from events.actions import revise_venue
from events.models import (
    DayTheme,
    KeyMessage,
    PracticeWeek,
    Resource,
    Room,
    SessionTopic,
    Theme,
    ThemeAlias,
    Trainer,
    Venue,
    WeekDay,
    WeekHost,
    WeekPresentation,
)
from events.programme_files.cells import DayField, ItemsField, ManyField, form_field
from events.programme_files.rows import AliasedRow, RowForm, by_slug
from people.models import Partnership

THEME_NAMES = ("name__iexact", "aliases__name__iexact")


class ThemeRow(AliasedRow):
    """A theme."""

    table, key = "themes", ("slug",)
    fetched = ("aliases",)
    alias_model, owner = ThemeAlias, "theme"
    aliases = ItemsField()

    class Meta:
        model = Theme
        fields = ["slug", "name", "summary"]
        formfield_callback = form_field


class VenueRow(RowForm):
    """A venue."""

    table, key = "venues", ("slug",)
    fetched = ("area",)

    class Meta:
        model = Venue
        fields = ["slug", "name", "address", "area", "map_link", "facilities", "access", "is_sample"]
        formfield_callback = form_field

    def clean_facilities(self) -> list[str]:
        """Refuse a fact that no page has words for; return them in the order in which venues tell them."""
        facts: list[str] = self.cleaned_data["facilities"]
        if unknown := set(facts) - set(Venue.Facility.values):
            raise ValidationError(f"“{min(unknown)}” is none of {', '.join(Venue.Facility.values)}.", code="invalid")
        return [fact for fact in Venue.Facility.values if fact in facts]

    def write(self, changes: Mapping[str, tuple[str, str]], *, at: datetime) -> None:
        """Store a new venue; change one that is there by the action, so that diaries follow."""
        if self.is_new:
            super().write(changes, at=at)
            return
        revise_venue(self.instance, at=at, **{name: self.cleaned_data[name] for name in changes})


class RoomRow(RowForm):
    """A room of a venue."""

    table, key = "rooms", ("venue", "name")
    fetched = ("venue",)

    class Meta:
        model = Room
        fields = ["venue", "name", "seats"]
        formfield_callback = form_field


class TrainerRow(RowForm):
    """Somebody who delivers sessions."""

    table, key = "trainers", ("slug",)

    class Meta:
        model = Trainer
        fields = ["slug", "name", "job_role", "organisation_name", "about", "is_sample"]
        formfield_callback = form_field


class WeekRow(RowForm):
    """A practice week."""

    table, key = "weeks", ("slug",)

    class Meta:
        model = PracticeWeek
        fields = ["slug", "title", "introduction", "starts_on", "state", "is_sample", "categories"]
        formfield_callback = form_field

    def clean_starts_on(self) -> date:
        """Refuse another day than a Monday, by its name."""
        day: date = self.cleaned_data["starts_on"]
        if day.isoweekday() != 1:
            words = f"{day.isoformat()} is a {day:%A}; a week starts on a Monday."
            raise ValidationError(words, code="not_monday")
        return day

    def clean_state(self) -> str:
        """Refuse to hide a week again."""
        state: str = self.cleaned_data["state"]
        if state == PracticeWeek.State.DRAFT and not self.is_new and self.before["state"] != state:
            raise ValidationError("A week that was published does not become a draft; archive it.", code="state")
        return state


class HostRow(RowForm):
    """A partnership's part in hosting a week."""

    table, key = "hosts", ("week", "partnership")
    fetched = ("partnership",)

    class Meta:
        model = WeekHost
        fields = ["week", "partnership", "is_lead"]
        formfield_callback = form_field


class PresentationRow(RowForm):
    """What a partnership calls a week."""

    table, key = "presentations", ("week", "partnership")
    fetched = ("partnership",)

    class Meta:
        model = WeekPresentation
        fields = ["week", "partnership", "title", "introduction", "audience", "contact_email", "source"]
        formfield_callback = form_field


def day_in(week: PracticeWeek, day: date) -> WeekDay | None:
    """Return the week's day of this date, if the programme has it."""
    found: WeekDay | None = week.days.filter(number=(day - week.starts_on).days + 1).first()
    return found


class DayRow(RowForm):
    """A day of a week, by its date."""

    table, key = "days", ("week", "date")
    fetched = ("day_themes__theme",)
    date = DayField()
    themes = ManyField(Theme, *THEME_NAMES)
    field_order = ["week", "date"]

    class Meta:
        model = WeekDay
        fields = ["week", "kind", "title", "summary"]
        formfield_callback = form_field

    @classmethod
    def find(cls, cells: Mapping[str, str]) -> models.Model | None:
        """Return the day of this week and date."""
        try:
            week = cls.base_fields["week"].clean(cells.get("week", ""))
            return day_in(week, cls.base_fields["date"].clean(cells.get("date", "")))
        except ValidationError:
            return None

    def extras(self) -> dict[str, object]:
        """Return date and themes."""
        if self.is_new:
            return {"date": None, "themes": []}
        themes = [link.theme for link in self.instance.day_themes.all()]
        return {"date": self.instance.date, "themes": themes}

    def clean(self) -> dict[str, Any]:
        """Refuse a date outside the week."""
        cleaned = self.cleaned_data
        if (week := cleaned.get("week")) and (day := cleaned.get("date")):
            self.instance.number = (day - week.starts_on).days + 1
            if not 1 <= self.instance.number <= 5:
                friday = week.starts_on + timedelta(days=4)
                self.add_error("date", f"The week runs from {week.starts_on} to {friday}.")
        return cleaned

    def write(self, changes: Mapping[str, tuple[str, str]], *, at: datetime) -> None:
        """Store the day, and its themes in their order where they change."""
        super().write(changes, at=at)
        if "themes" in changes:
            for link in self.instance.day_themes.all():
                link.delete()
            for position, theme in enumerate(self.cleaned_data["themes"]):
                DayTheme.objects.create(day=self.instance, theme=theme, position=position)


class TopicRow(RowForm):
    """A topic of a week."""

    table, key = "topics", ("week", "slug")
    fetched = ("themes",)
    themes = ManyField(Theme, *THEME_NAMES)

    class Meta:
        model = SessionTopic
        fields = ["week", "slug", "title", "summary", "audience", "outcomes", "content_note", "one_sitting"]
        formfield_callback = form_field

    def extras(self) -> dict[str, object]:
        """Return the themes."""
        return {"themes": [] if self.is_new else by_slug(self.instance.themes.all())}

    def clean_themes(self) -> list[Any]:
        """Return the themes in the order they are written."""
        return by_slug(self.cleaned_data["themes"])

    def write(self, changes: Mapping[str, tuple[str, str]], *, at: datetime) -> None:
        """Store the topic with its themes."""
        super().write(changes, at=at)
        if "themes" in changes:
            self.instance.themes.set(self.cleaned_data["themes"])


class ReleasedRow(RowForm):
    """A row that may belong to a day of its week."""

    def extras(self) -> dict[str, object]:
        """Return the day's date."""
        return {"day": self.instance.day.date if self.instance.day_id else None}

    def clean(self) -> dict[str, Any]:
        """Find the day in the week."""
        cleaned = self.cleaned_data
        week, day = cleaned.get("week"), cleaned.get("day")
        self.instance.day = day_in(week, day) if week and day else None
        if day and self.instance.day is None and "week" in cleaned:
            self.add_error("day", f"The week has no day {day}." if week else "A day needs a week.")
        return cleaned


class ResourceRow(ReleasedRow):
    """A resource. It may name others, stored or further up, that it is related to: a file adds to these."""

    table, key = "resources", ("slug",)
    fetched = ("day__week", "themes", "partnerships", "related")
    day = DayField(required=False)
    themes = ManyField(Theme, *THEME_NAMES)
    partnerships = ManyField(Partnership)
    related = ManyField(Resource)

    class Meta:
        model = Resource
        fields = ["slug", "title", "kind", "summary", "link", "week", "released_at", "review_kinds"]
        formfield_callback = form_field

    def extras(self) -> dict[str, object]:
        """Return day, themes and partnerships, and what the resource is related to."""
        many = {
            name: [] if self.is_new else by_slug(getattr(self.instance, name).all())
            for name in ("themes", "partnerships", "related")
        }
        return {**super().extras(), **many}

    def clean(self) -> dict[str, Any]:
        """Bring the lists into the order they are written; keep what the resource is related to already."""
        cleaned = super().clean()
        if not self.is_new:
            cleaned["related"] = {*cleaned.get("related", []), *self.instance.related.all()}
        for name in {"themes", "partnerships", "related"} & cleaned.keys():
            cleaned[name] = by_slug(cleaned[name])
        return cleaned

    def write(self, changes: Mapping[str, tuple[str, str]], *, at: datetime) -> None:
        """Store the resource and its lists."""
        super().write(changes, at=at)
        for name in {"themes", "partnerships", "related"} & changes.keys():
            getattr(self.instance, name).set(self.cleaned_data[name])


class KeyMessageRow(ReleasedRow):
    """A key message."""

    table, key = "key_messages", ("week", "position")
    fetched = ("day__week",)
    day = DayField(required=False)
    field_order = ["week", "position", "day"]

    class Meta:
        model = KeyMessage
        fields = ["week", "position", "heading", "text", "released_at"]
        formfield_callback = form_field
