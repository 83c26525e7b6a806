"""What mails say: a partnership's own words, tried out before they hold, with every version there was."""

from functools import cached_property
from typing import Any

from csp.decorators import csp_replace
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.decorators import method_decorator
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.generic import TemplateView, View

from events.views.organise.access import OrganiserMixin
from events.views.organise.pages import OrganiseFormView
from notifications import own_texts
from notifications.kinds import Kind
from notifications.models import MailText
from notifications.previews import example_facts
from notifications.rendering import render as rendered
from notifications.sample_mail import send_test
from notifications.text_forms import TextForm
from notifications.text_page import KindLine, lines_of, versions
from notifications.texts.house import HOUSE
from notifications.texts.placeholders import REQUIRED, allowed
from notifications.texts.text import NOTHING, Text
from people.models import Partnership

IN_A_FRAME = {
    "default-src": ["'none'"],
    "script-src": ["'none'"],
    "img-src": ["data:"],
    "style-src": ["'unsafe-inline'"],
    "frame-ancestors": ["'self'"],
    "sandbox": [],
}


class OfPartnershipMixin(OrganiserMixin):
    """A page about the words of one of one's own partnerships."""

    @cached_property
    def partnership(self) -> Partnership:
        """Return the partnership; raises Http404 for one that is not one's own."""
        own = self.actor.organised_partnerships(at=self.at)
        found: Partnership = get_object_or_404(own, slug=self.kwargs["slug"])
        return found

    @property
    def kind(self) -> Kind:
        """Return the kind of mail; raises Http404 for one whose words are not decided here."""
        found = {kind.value: kind for kind in HOUSE}.get(self.kwargs["kind"])
        if found is None:
            raise Http404
        return found


class Texts(OfPartnershipMixin, TemplateView):
    """Every kind of mail, and whose words each says."""

    template_name = "notifications/texts.html"
    extra_context = {"organise_here": "policies"}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return a line for each kind: one query."""
        rows = MailText.objects.filter(partnership=self.partnership).select_related("made_by")
        lines: list[KindLine] = lines_of(rows)
        return super().get_context_data(**{**kwargs, "partnership": self.partnership, "lines": lines})


class OwnText(OfPartnershipMixin, OrganiseFormView):
    """The words of one kind: saved as a version, given back to the house, or sent to oneself as a test."""

    form_class = TextForm
    template_name = "notifications/text.html"
    extra_context = {"organise_here": "policies"}

    @cached_property
    def newest(self) -> MailText | None:
        """Return the version that holds."""
        return own_texts.newest_text(self.partnership, self.kind)

    @property
    def holding(self) -> Text:
        """Return what the mail says now."""
        return self.newest.text.over(HOUSE[self.kind]) if self.newest else HOUSE[self.kind]

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the form its kind and what holds; to give it all back to the house, nothing of what is typed."""
        wanted = {"kind": self.kind, "initial": dict(self.holding.blocks)}
        return {**super().get_form_kwargs(), **wanted} | ({"data": {}} if "reset" in self.request.POST else {})

    def act(self, form: TextForm) -> HttpResponse:
        """Do what was asked for; whatever was typed is checked first, but to give it back."""
        if "test" in self.request.POST:
            return self._test(form)
        as_of = self.request.POST.get("as_of", "")
        seen = int(as_of) if as_of.isascii() and as_of.isdigit() and len(as_of) < 6 else -1
        row = own_texts.set_text(self.partnership, self.kind, form.text, actor=self.actor, at=self.at, as_of=seen)
        if row is None or row.version == seen:
            messages.success(self.request, "Nothing differs from what holds.")
        elif row.text == NOTHING:
            messages.success(self.request, "The house's words hold from now on.")
        else:
            messages.success(self.request, f"Version {row.version} holds for every mail from now on.")
        return redirect(self.request.path)

    def _test(self, form: TextForm) -> HttpResponse:
        """Send what was typed to whoever asks, and keep it on the page."""
        text = form.text.over(HOUSE[self.kind])
        if send_test(self.kind, self.partnership, text, to=self.actor, at=self.at):
            messages.success(self.request, f"A test is on its way to {self.actor.email}. Nothing is saved yet.")
        else:
            messages.error(self.request, "The mail server did not take the test. Try again in some minutes.")
        return self.answer(form, status=200)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the form with its placeholders and versions."""
        rows = MailText.objects.filter(partnership=self.partnership, kind=self.kind).select_related("made_by")
        facts = {
            "partnership": self.partnership,
            "kind": self.kind,
            "placeholders": allowed(self.kind).items(),
            "required": REQUIRED.get(self.kind, ()),
            "versions": versions(self.kind, rows),
            "as_of": self.request.POST.get("as_of") or (self.newest.version if self.newest else 0),
        }
        return {**super().get_context_data(**kwargs), **facts}


@method_decorator([xframe_options_sameorigin, csp_replace(IN_A_FRAME)], name="dispatch")
class Preview(OfPartnershipMixin, View):
    """What a mail would say, in a frame of its own: with what holds, or with what is typed; nothing is saved."""

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Show what holds."""
        return self._shown(request, own_texts.text_of(self.partnership, self.kind))

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Show what is typed, or why it cannot be used."""
        form = TextForm(request.POST, kind=self.kind)
        if form.is_valid():
            return self._shown(request, form.text.over(HOUSE[self.kind]))
        return render(request, "notifications/text_preview.html", {"form": form}, status=400)

    def _shown(self, request: HttpRequest, text: Text) -> HttpResponse:
        """Return the mail as HTML and in words."""
        awkward = "awkward" in request.POST
        mail = rendered(example_facts(self.kind, self.partnership, text, at=self.at, awkward=awkward))
        head, foot = (
            render_to_string(f"notifications/text_preview_{part}.html", {"mail": mail}) for part in ("head", "foot")
        )
        begin, end = mail.html.index(">", mail.html.index("<body")) + 1, mail.html.rindex("</body>")
        return HttpResponse(f"{mail.html[:begin]}{head}{mail.html[begin:end]}{foot}{mail.html[end:]}")
