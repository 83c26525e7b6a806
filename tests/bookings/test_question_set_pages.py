"""What a partnership asks: edited question by question or from a file, in versions, and nobody else's."""

from datetime import timedelta

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile

from bookings.links import feedback_path
from bookings.models import EvaluationForm, form_for
from bookings.question_sets import UnreadableSet, questions_of, read_yaml, shipped, write_yaml
from tests.bookings.feedback import give
from tests.factories import START, SessionFactory, UserFactory, make_booking
from tests.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
PAGE = "/organise/questions/hampshire/post/"
SCALE = {"key": "useful", "kind": "scale", "label": "How useful?", "measure": "relevance"}


def filled(client, **changes):
    """Return the form of the page as it stands, with some fields otherwise; None leaves one out."""
    parts = client.get(PAGE).context["parts"]
    sent = {"as_of": str(client.get(PAGE).context["as_of"])}
    for field in (*parts.management_form, *(field for part in parts for field in part)):
        value = field.value()
        if value not in (None, False):
            sent[field.html_name] = "on" if value is True else str(value)
    return {name: value for name, value in {**sent, **changes}.items() if value is not None}


def file(content):
    return {"from_file": "1", "as_of": "0", "file": SimpleUploadedFile("questions.yaml", content)}


def test_page_when_nothing_was_decided_then_shows_the_questions_of_the_site(organiser):
    text = words(organiser.get(PAGE))

    assert "The questions are those that the site comes with." in text
    assert "How relevant was the session to your work?" in organiser.get(PAGE).content.decode()
    assert "Feedback questions" in words(organiser.get("/organise/policies/"))


def test_questions_when_changed_moved_taken_out_and_added_then_a_version_that_is_asked(organiser, hampshire):
    last = len(shipped("post"))
    changes = {"q-0-label": "How much do you know by now?", "q-1-remove": "on", "q-3-place": "1", "q-0-place": "2"}
    new = {"kind": "choice", "label": "Would you come again?", "choices": "Yes, soon\nNo", "measure": "other"}

    answer = organiser.post(
        PAGE, filled(organiser, **changes, **{f"q-{last}-{name}": one for name, one in new.items()})
    )

    assert answer.status_code == 302
    asked = form_for(SessionFactory(host=hampshire), "post")
    assert (asked.version, asked.made_by) == (1, organiser.person)
    assert [one.key for one in asked.asks] == ["relevance", "knowledge", "confidence", "recommend", "comment", "other"]
    assert asked.asks[1].label == "How much do you know by now?"
    assert asked.asks[-1].choices == {"yes_soon": "Yes, soon", "no": "No"}
    assert "Version 1 , 6 questions" in words(organiser.get(PAGE)).replace("Version 1,", "Version 1 ,")


def test_questions_when_saved_as_they_are_then_no_version(organiser):
    answer = organiser.post(PAGE, filled(organiser), follow=True)

    assert "Nothing was changed." in words(answer)
    assert not EvaluationForm.objects.exists()


def test_choices_when_one_is_reworded_then_the_others_keep_their_keys(organiser, hampshire):
    page = PAGE.replace("post", "impact")
    parts = organiser.get(page).context["parts"]
    assert parts[0].initial["known"] == {"yes": "Yes", "partly": "In part", "no": "Not yet"}
    sent = {"as_of": "0"}
    for field in (*parts.management_form, *(field for part in parts for field in part)):
        if field.value() not in (None, False):
            sent[field.html_name] = "on" if field.value() is True else str(field.value())

    organiser.post(page, {**sent, "q-0-choices": "Yes\nA little\nNot yet"})

    asked = form_for(SessionFactory(host=hampshire), "impact").asks[0]
    assert asked.choices == {"yes": "Yes", "a_little": "A little", "no": "Not yet"}
    assert asked.measure == "applied"


def test_answers_before_a_change_then_stay_with_their_version(organiser, hampshire):
    booking = make_booking(session=SessionFactory(host=hampshire))
    give(booking)
    organiser.post(PAGE, filled(organiser, **{"q-0-label": "Otherwise?"}))

    old = booking.evaluation_responses.get().form
    assert old.partnership is None
    assert old.asks[0].label == shipped("post")[0].label


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({f"q-{n}-label": "" for n in range(9)}, "Write at least one question."),
        ({"q-0-place": "x"}, "Enter a whole number."),
        ({"q-0-kind": "slider"}, "Select a valid choice."),
        ({"q-0-kind": "choice"}, "offer 2 to 12 choices"),
        ({"q-0-label": "a\x0bb"}, "control characters"),
        ({"q-0-label": "x" * 201}, "at most 200 characters"),
    ],
)
def test_questions_that_cannot_be_asked_then_said_and_nothing_is_kept(organiser, changes, said):
    answer = organiser.post(PAGE, filled(organiser, **changes))

    assert answer.status_code == 400
    assert said in words(answer)
    assert not EvaluationForm.objects.exists()


@pytest.mark.parametrize("as_of", ["7", "", "x", "9" * 30])
def test_questions_that_somebody_else_changed_meanwhile_then_refused(organiser, as_of):
    answer = organiser.post(PAGE, filled(organiser, as_of=as_of, **{"q-0-label": "Mine?"}))

    assert answer.status_code == 409
    assert "Mine?" in answer.content.decode()
    assert not EvaluationForm.objects.exists()


def test_file_when_downloaded_and_sent_again_then_the_same_and_a_changed_one_a_version(organiser, hampshire):
    content = organiser.get(PAGE.rstrip("/") + ".yaml").content
    assert questions_of(yaml.safe_load(content)) == shipped("post")
    assert "Nothing was changed." in words(organiser.post(PAGE, file(content), follow=True))

    assert organiser.post(PAGE, file(content.replace(b"great deal", b"lot"))).status_code == 302

    assert form_for(SessionFactory(host=hampshire), "post").asks[0].high == "A lot"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe", "not UTF-8"),
        (b"- key: [", "is no YAML"),
        (b"a: &x [1]\nb: *x", "Write each question out"),
        (b"[" * 30000, "is no YAML"),
        (b"x" * 70000, "larger than 64 KiB"),
        (b"!!python/object:os.system {}", "is no YAML"),
        (b"just words", "Write at least one question."),
        (b"- key: useful\n  kind: slider\n  label: Q?", "Question 1: the kind is one of scale"),
        (b"", "The file is empty."),
    ],
)
def test_file_that_is_none_then_said_and_nothing_is_kept(organiser, content, said):
    answer = organiser.post(PAGE, file(content))

    assert answer.status_code == 400
    assert said in words(answer)
    assert not EvaluationForm.objects.exists()


def test_file_then_reads_what_it_writes():
    for stage in ("pre", "post", "impact"):
        assert questions_of(read_yaml(write_yaml(shipped(stage)).encode())) == shipped(stage)
    with pytest.raises(UnreadableSet):
        read_yaml(b"\t- x")


def test_everybody_else_then_no_such_page(client, islander):
    client.force_login(UserFactory())
    for address in (PAGE, PAGE.rstrip("/") + ".yaml", PAGE.replace("post", "later")):
        assert client.get(address).status_code == 404
        assert islander.get(address).status_code == 404
    assert islander.post(PAGE, {}).status_code == 404
    assert islander.get(PAGE.replace("hampshire", "isle-of-wight")).status_code == 200


def test_changed_questions_then_asked_on_the_page_of_whoever_came(client, organiser, hampshire, clock):
    EvaluationForm.written.add(partnership=hampshire, stage="post", version=1, questions=[SCALE])
    booking = make_booking(session=SessionFactory(host=hampshire))
    clock.move_to(START + timedelta(hours=2))

    assert "How useful?" in words(client.get(feedback_path(booking)))
    assert client.post(feedback_path(booking), {"useful": "5"}).status_code == 302
    assert booking.evaluation_responses.get().answers.get().measure == "relevance"
