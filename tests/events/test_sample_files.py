"""The sample files hold every fact of both weeks, and load, dump and load again without a difference."""

import re
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from events import programme_files
from events.models import PracticeWeek, Resource, Session, Theme, Venue
from events.programme_files.reading import read
from people.actions import grant_role
from people.models import Partnership, SafeguardingContact
from tests.events.test_organise_files import upload, words
from tests.factories import NOW, PartnershipFactory, UserFactory
from tests.kept_rows import taken_back

pytestmark = pytest.mark.django_db
FOLDER: Path = settings.ROOT / "sample"
CHILDREN, REVIEWS = "2023-10-safeguarding-children-week", "2024-06-learning-from-reviews"
FORMATS = ["yaml", "xlsx", "csv"]


def load(slug):
    return programme_files.load(read(FOLDER / f"{slug}.yaml"), at=NOW)


@pytest.fixture(scope="module", autouse=True)
def loaded(django_db_setup, django_db_blocker):
    """Both weeks, loaded once."""
    with taken_back(django_db_blocker):
        for slug in (CHILDREN, REVIEWS):
            load(slug)
        yield


@pytest.fixture
def weeks(db):
    return {slug: PracticeWeek.objects.get(slug=slug) for slug in (CHILDREN, REVIEWS)}


def themes_by_day(week):
    return {day.date.isoformat(): [link.theme.name for link in day.day_themes.all()] for day in week.days.all()}


def test_weeks_have_their_dates_hosts_and_categories(weeks):
    children, reviews = weeks[CHILDREN], weeks[REVIEWS]
    assert (children.starts_on, children.ends_on) == (date(2023, 10, 9), date(2023, 10, 13))
    assert (reviews.starts_on, reviews.ends_on) == (date(2024, 6, 24), date(2024, 6, 28))
    for week in (children, reviews):
        assert week.state == "published"
        assert not week.is_sample
        hosts = [(host.partnership.slug, host.is_lead) for host in week.week_hosts.order_by("-is_lead")]
        assert hosts == [("hampshire", True), ("isle-of-wight", False)]
        assert "Safeguarding Practice Weeks" in week.categories
    assert reviews.categories == ["Safeguarding Practice Weeks", "STOP Packs", "Toolkits"]


def test_days_have_their_themes_in_order(weeks):
    assert themes_by_day(weeks[CHILDREN]) == {
        "2023-10-09": ["Supporting community and voluntary organisations"],
        "2023-10-10": ["Protecting from child exploitation"],
        "2023-10-11": ["Multi-agency training"],
        "2023-10-12": ["Safeguarding unborn babies and infants"],
        "2023-10-13": ["Supporting parents and carers"],
    }
    assert themes_by_day(weeks[REVIEWS]) == {
        "2024-06-24": [],
        "2024-06-25": ["Information exchange", "Risk and critical thinking"],
        "2024-06-26": ["Family engagement", "Honest conversations", "Professional curiosity"],
        "2024-06-27": ["Resolution", "Disproportionality", "Supervision"],
        "2024-06-28": ["Myth-busting", "Agency responsibilities"],
    }


def test_days_have_their_kinds_and_titles(weeks):
    kinds = {day.date.isoformat(): day.kind for week in weeks.values() for day in week.days.all()}
    assert [day for day, kind in kinds.items() if kind == "launch"] == ["2024-06-24"]
    assert [day for day, kind in kinds.items() if kind == "training"] == ["2023-10-11"]
    assert sum(kind == "themes" for kind in kinds.values()) == 8
    titles = {day.title for day in weeks[CHILDREN].days.all()}
    assert "Training Together. Learning Together. Safeguarding Together" in titles
    assert all(day.title for week in weeks.values() for day in week.days.all())


def test_themes_of_the_running_text_and_other_names_are_there(weeks):
    names = set(Theme.objects.values_list("name", flat=True))
    assert {"Domestic abuse", "Parental mental health", "Substance misuse", "Young carers"} <= names
    aliases = {alias.name: alias.theme.slug for theme in Theme.objects.all() for alias in theme.aliases.all()}
    assert aliases["information sharing"] == "information-exchange"
    assert aliases["risk & critical thinking"] == "risk-critical-thinking"


def test_partnerships_present_the_same_week_each_in_its_way(weeks):
    titles = {p.partnership.slug: p.title for p in weeks[REVIEWS].presentations.all()}
    assert titles == {
        "hampshire": "Hampshire Safeguarding Practice Week: Learning from Reviews",
        "isle-of-wight": "Learning from Reviews 2024",
    }
    assert {p.title for p in weeks[CHILDREN].presentations.all()} == {"Safeguarding Children Week 2023"}
    for week in weeks.values():
        for presentation in week.presentations.all():
            assert presentation.audience
            assert presentation.introduction
            assert presentation.source.startswith("https://")
            assert (
                presentation.contact_email.endswith(".example.gov.uk")
                or "@example.gov.uk" in presentation.contact_email
            )
    assert all(partnership.weeks_introduction for partnership in Partnership.objects.all())


def test_resources_have_their_kinds_releases_and_relations(weeks):
    by_kind = {resource.slug: resource.kind for resource in weeks[REVIEWS].resources.all()}
    assert by_kind == {
        "learning-from-reviews-toolkit": "toolkit",
        "safeguarding-theme-overview-pack": "stop_pack",
        "learning-from-reviews-more-resources": "collection",
        "about-learning-reviews": "link",
    }
    toolkit = Resource.objects.get(slug="learning-from-reviews-toolkit")
    assert [related.slug for related in toolkit.related.all()] == ["safeguarding-theme-overview-pack"]
    assert toolkit.released_at.isoformat() == "2024-06-24T08:00:00+00:00"
    assert toolkit.day.date == date(2024, 6, 24)
    assert toolkit.review_kinds == [
        "multi-agency audits",
        "local learning events",
        "child safeguarding practice reviews",
        "rapid reviews",
    ]
    community = weeks[CHILDREN].resources.get(slug="community-voluntary-toolkit")
    assert (community.kind, community.day.number) == ("toolkit", 1)
    assert community.released_at.isoformat() == "2023-10-09T07:00:00+00:00"


def test_key_message_has_its_heading_and_no_invented_text(weeks):
    message = weeks[CHILDREN].key_messages.get()
    assert (message.heading, message.text, message.day) == ("If you do one thing…", "", None)


def test_numbers_to_call_are_not_said_to_be_checked(weeks):
    contacts = SafeguardingContact.objects.all()
    assert {(contact.area.slug, contact.audience) for contact in contacts} == {
        (area, audience) for area in ("hampshire", "isle-of-wight") for audience in ("public", "professionals")
    }
    assert not any(contact.verified_on for contact in contacts)


SESSIONS = {
    CHILDREN: "M1 M2 M3 M4 T1 T2 T3 T4 W1 W2 W3 R1 R2 R3 F1 F2 F3",
    REVIEWS: "M1 M2 M3 M4 T1 T2 T3 W1 W2 W3 W4 R1 R2 R3 R4 F1 F2 F3 F4",
}


def test_sessions_are_all_there_and_marked_as_illustrative(weeks):
    for slug, prefix in ((CHILDREN, "SCW-"), (REVIEWS, "LFR-")):
        sessions = weeks[slug].sessions.all()
        assert {session.code for session in sessions} == {prefix + code for code in SESSIONS[slug].split()}
        assert all(
            session.is_illustrative and session.session_hosts.filter(is_lead=True).exists() for session in sessions
        )
        assert all(weeks[slug].starts_on <= session.local_start.date() <= weeks[slug].ends_on for session in sessions)
    assert {session.code for session in Session.objects.exclude(state="published")} == {"SCW-F2"}
    assert Session.objects.get(code="SCW-F2").state == "cancelled"
    assert all(venue.is_sample for venue in Venue.objects.all())


def test_sittings_of_one_topic_share_it(weeks):
    shared = {
        topic.slug: {session.code for session in topic.sittings.all()}
        for week in weeks.values()
        for topic in week.topics.all()
        if topic.sittings.count() > 1
    }
    assert shared == {
        "toolkit-tour-community-groups": {"SCW-M1", "SCW-M4"},
        "exploitation-toolkit-tour": {"SCW-T1", "SCW-T4"},
        "toolkit-tour": {"LFR-M2", "LFR-M3", "LFR-M4"},
    }


def test_sessions_keep_the_rules_they_stand_for(weeks):
    sessions = {session.code: session for session in Session.objects.all()}
    assert {code for code, session in sessions.items() if not session.booking_required} == {"SCW-W3", "LFR-R4"}
    assert sessions["SCW-W2"].booking_required
    assert sessions["SCW-W2"].capacity is None
    hybrid = sessions["LFR-F4"]
    assert (hybrid.format, hybrid.capacity) == ("hybrid", 340)
    assert "40" in hybrid.practical_note
    assert "300" in hybrid.practical_note
    assert sessions["SCW-M3"].also_hosted_by
    assert "two parts" in sessions["LFR-R3"].practical_note
    assert sessions["LFR-F2"].starts_at == sessions["LFR-F3"].starts_at
    assert {(session.local_start.hour, session.local_start.minute) for session in weeks[REVIEWS].sessions.all()} >= {
        (8, 30),
        (12, 0),
        (15, 30),
        (19, 0),
    }
    for session in sessions.values():
        if session.format != "in_person":
            assert session.joining_link.startswith("https://meet.example.org/")


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("slug", [CHILDREN, REVIEWS])
def test_sample_week_comes_back_without_a_difference(weeks, tmp_path, slug, form):
    path = tmp_path / f"{slug}.{form}"
    path.write_bytes(programme_files.dump(weeks[slug], form=form))
    changes = programme_files.load(read(path), at=NOW)
    assert len(changes) > 20
    assert [change for change in changes if change.is_new or change.columns] == []
    assert programme_files.dump(weeks[slug], form=form) == path.read_bytes()


@pytest.mark.parametrize("slug", [CHILDREN, REVIEWS])
def test_second_load_of_a_sample_file_changes_nothing(weeks, slug):
    changes = load(slug)
    assert changes
    assert [change for change in changes if change.is_new or change.columns] == []


@pytest.mark.parametrize("slug", [CHILDREN, REVIEWS])
def test_sample_week_is_the_same_when_its_dump_is_loaded_into_an_empty_database(weeks, slug, tmp_path):
    first = programme_files.dump(weeks[slug], form="yaml")
    for rows in (Session.objects, Resource.objects, PracticeWeek.objects, Theme.objects, Venue.objects):
        rows.all().delete()
    path = tmp_path / "week.yaml"
    path.write_bytes(first)
    assert any(change.is_new for change in programme_files.load(read(path), at=NOW))
    assert programme_files.dump(PracticeWeek.objects.get(), form="yaml") == first


@pytest.mark.parametrize("slug", [CHILDREN, REVIEWS])
def test_week_when_its_own_spreadsheet_is_uploaded_then_nothing_is_to_change(client, slug):
    for email, role in (("hampshire@example.org", "organiser"), ("administrator@example.org", "administrator")):
        user = UserFactory(email=email)
        partnership = PartnershipFactory() if role == "organiser" else None
        grant_role(user, role, partnership=partnership, at=NOW)
        client.force_login(user)
        content = client.get(reverse("organise_files_week", args=[slug, "xlsx"])).content
        answer = upload(client, content, f"{slug}.xlsx")
        assert "Nothing to change" in words(answer)
        rows = int(re.search(r"(\d+) rows: 0 new, 0 changed", words(answer))[1])
        assert rows > 15
