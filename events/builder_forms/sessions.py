"""What organisers type about a session."""

from datetime import datetime
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from events import policies
from events.actions.details import DETAILS
from events.actions.drafts import TOPIC_FIELDS, TOPIC_RULES
from events.builder_forms.details import ABOUT, NOTICED, check_window, detail_fields, details_initial
from events.builder_forms.hosts import HostsForm, hosts_initial
from events.builder_forms.times import TimesForm, times_initial
from events.form_fields import TickBoxes
from events.models import PracticeWeek, Room, Session, SessionTopic, Trainer
from events.who_forms import LIMITS, WHO, WhoForm, who_initial
from people.models import User

OWN: Final = ("code", *NOTICED)
PARTS: Final = (
    ("What", ("topic", "title", "code", "summary", "audience", "outcomes", "content_note", "themes", "one_sitting")),
    ("When", ("day", "other_day", "starts", "ends", "minutes")),
    ("Where", ("format", "venue", "room", "joining_link")),
    ("Who", ("lead", "co_hosts", "also_hosted_by", "trainers")),
    (
        "Places",
        ("booking_required", "capacity", *LIMITS, "has_waiting_list", "booking_opens_at", "booking_closes_at"),
    ),
    ("Who may book", WHO),
    ("What people are told", ("access", "cameras", "is_recorded", "practical_note")),
)


class TopicChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A topic of the week, or a new one."""

    def __init__(self) -> None:
        super().__init__(
            SessionTopic.objects.none(),
            label="Topic",
            required=False,
            empty_label="A new topic, of the title and words below",
            help_text="Choose a topic that is there to add another sitting of it.",
        )


class RoomChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A room, named with its venue."""

    def label_from_instance(self, obj: Any) -> str:
        """Return venue and room."""
        return f"{obj.venue}: {obj.name}"


class SessionForm(TimesForm, HostsForm, WhoForm, forms.ModelForm):  # type: ignore[type-arg]
    """A draft session with all its sides: its own, its topic's, its hosts and its trainers.

    ``as_of`` goes out and comes back with the page: which revision whoever typed had before them.
    """

    as_of = forms.CharField(required=False, widget=forms.HiddenInput)
    room = RoomChoice(Room.objects.select_related("venue"), required=False, help_text="It has the room to itself.")
    trainers = forms.ModelMultipleChoiceField(Trainer.objects.all(), required=False, widget=TickBoxes())

    class Meta:
        model = Session
        fields = OWN
        help_texts = {"code": "A short name that is unique within the week. Empty: the next free one."}
        error_messages = {
            "title": {"required": "Write a title."},
            "format": {"required": "Choose how people take part."},
        }
        widgets = {"practical_note": forms.Textarea(attrs={"rows": 3})}

    def __init__(
        self,
        *args: Any,
        week: PracticeWeek,
        shares_topic: bool = False,
        actor: User | None = None,
        at: datetime | None = None,
        **kwargs: Any,
    ) -> None:
        session: Session | None = kwargs.get("instance")
        kwargs["initial"] = {**(stored_initial(session) if session else {}), **kwargs.get("initial", {})}
        super().__init__(*args, week=week, **({"zone": session.tzinfo} if session else {}), **kwargs)
        self.fields.update(detail_fields())
        self.offer_topics(week, actor, session, at=at or timezone.now())
        self.fields["code"].required = False
        self.fields["venue"].empty_label = self.fields["room"].empty_label = "None"  # type: ignore[attr-defined]
        if not Trainer.objects.exists():
            self.fields["trainers"].help_text = "Nobody is on the list of trainers yet."
        if session:
            self.keeps_topic = shares_topic
            for name in ABOUT if shares_topic else ():
                self.fields[name].disabled = True
        else:
            self.keeps_topic = False
            self.fields["topic"] = topic = TopicChoice()
            topic.queryset = week.topics.all()
        self.order_fields([name for _, names in PARTS for name in names])

    @property
    def parts(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Return the fields by the part of the page they stand in."""
        return [(title, [self[name] for name in names if name in self.fields]) for title, names in PARTS]

    def clean_code(self) -> str:
        """Refuse a code that another session of the week has."""
        code: str = self.cleaned_data["code"]
        if code and self.week.sessions.filter(code=code).exclude(pk=self.instance.pk).exists():
            raise ValidationError("The week has a session with this code already.", code="taken")
        return code or self.instance.code

    def clean(self) -> dict[str, Any]:
        """Refuse what does not go together, beside the field where it is mended."""
        cleaned = super().clean()
        room, venue = cleaned.get("room"), cleaned.get("venue")
        if room and not venue and cleaned.get("format") != Session.Format.ONLINE:
            cleaned["venue"] = venue = room.venue
        if room and venue and room.venue_id != venue.pk:
            self.add_error("room", "This room belongs to another venue.")
        if venue and cleaned.get("format") == Session.Format.ONLINE:
            self.add_error("venue", "An online session has no venue. Choose another format, or no venue.")
        check_window(self, cleaned, starts=cleaned.get("starts_at"), ends=cleaned.get("ends_at"))
        self.check_places(cleaned)
        self.check_before(cleaned, cleaned.get("topic") or getattr(self.instance, "topic", None), self.week)
        if refusal := policies.why_not_hold(self.instance, cleaned.get("capacity")):
            self.add_error("capacity", refusal.sentence)
        if cleaned.get("topic"):
            for name in (*TOPIC_FIELDS, "themes"):
                if cleaned.get(name):
                    self.add_error(name, "An existing topic keeps its words. Leave this empty, or choose a new topic.")
        return cleaned

    def _post_clean(self) -> None:
        """Leave the model's own checks to the action, which makes them under the lock."""

    @property
    def columns(self) -> dict[str, Any]:
        """Return the session's own fields by name."""
        names = (*OWN, *DETAILS, "starts_at", "ends_at")
        return {name: self.cleaned_data[name] for name in names}

    @property
    def about(self) -> dict[str, Any]:
        """Return what the topic says, by name, without its themes."""
        return {name: self.cleaned_data[name] for name in (*TOPIC_FIELDS, *TOPIC_RULES)}


def stored_initial(session: Session) -> dict[str, Any]:
    """Return the form's values beyond the session's own columns."""
    return {
        **times_initial(session.starts_at, session.ends_at, session.tzinfo),
        **hosts_initial(session.session_hosts),
        **who_initial(session),
        **details_initial(session),
        "trainers": list(session.session_trainers.values_list("trainer", flat=True)),
        "as_of": session.revised_at.isoformat(),
    }
