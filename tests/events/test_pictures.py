"""The pictures that go with a link, and the icon: their size, their words, and that they are drawn once."""

import hashlib
import io
import unicodedata

import pytest
from PIL import Image, ImageChops

from events import pictures
from events.models import WeekHost
from events.pictures.cards import HEIGHT, MARGIN, STRIPE, TEXT_WIDTH, TITLE_HEIGHT, TITLE_SIZES, WIDTH, _drawn
from events.pictures.type import END, STRONG, face, fit
from tests.factories import PartnershipFactory, WeekFactory

CARD = "/weeks/2027-06-learning-from-reviews/card.png"
LONG = "Safeguarding of children in every agency of the county and of the island, with everybody who works there " * 2


def words(title="Learning from Reviews", **more):
    return pictures.CardWords(**{"title": title, "days": "Monday 21 to Friday 25 June 2027", **more})


def drawn(body):
    return Image.open(io.BytesIO(body)).convert("RGB")


def fitted(title):
    return fit(title, weight=STRONG, width=TEXT_WIDTH, height=TITLE_HEIGHT, sizes=TITLE_SIZES)


def test_card_when_drawn_then_has_the_size_that_the_page_says():
    assert drawn(pictures.week_card(words())).size == drawn(pictures.site_card()).size == (1200, 630)


def test_card_when_drawn_twice_then_has_the_same_bytes_and_other_words_have_others():
    first = pictures.week_card(words())
    _drawn.cache_clear()

    assert pictures.week_card(words()) == first
    assert pictures.week_card(words("Another title")) != first


def test_card_when_asked_for_again_then_is_not_drawn_again():
    _drawn.cache_clear()

    for _ in range(3):
        pictures.week_card(words())

    assert (_drawn.cache_info().misses, _drawn.cache_info().hits) == (1, 2)


def test_card_when_partnerships_host_then_their_colours_share_its_foot():
    foot = drawn(pictures.week_card(words(colours=("#1f5f8b", "#00695c"))))

    assert [foot.getpixel((x, HEIGHT - 1)) for x in (0, WIDTH // 2 - 1, WIDTH // 2, WIDTH - 1)] == [
        (0x1F, 0x5F, 0x8B),
        (0x1F, 0x5F, 0x8B),
        (0x00, 0x69, 0x5C),
        (0x00, 0x69, 0x5C),
    ]


@pytest.mark.parametrize("title", ["Reviews", "Learning from Reviews", LONG[:200], "W" * 200, "a " * 100])
def test_title_when_short_or_long_then_stays_within_its_box(title):
    found = fitted(title)

    assert found.height <= TITLE_HEIGHT
    assert all(face(found.size, STRONG).getlength(line) <= TEXT_WIDTH for line in found.lines)
    assert found.lines


def test_title_when_long_then_is_smaller_and_nothing_of_it_is_lost():
    found = fitted(LONG[:200])

    assert found.size < fitted("Reviews").size == TITLE_SIZES[0]
    assert " ".join(found.lines) == " ".join(LONG[:200].split())


def test_title_when_it_cannot_fit_then_ends_in_an_ellipsis():
    assert fitted("W" * 400).lines[-1].endswith(END)
    assert not fitted("Reviews").lines[-1].endswith(END)


def test_card_when_title_is_as_long_as_it_can_be_then_nothing_runs_over_the_edges():
    plain, full = (
        drawn(pictures.week_card(words("", hosts=""))),
        drawn(pictures.week_card(words("W" * 200, hosts=LONG))),
    )

    left, top, right, bottom = ImageChops.difference(plain, full).getbbox()

    assert left >= MARGIN - 4
    assert right <= WIDTH - MARGIN + 4
    assert (top > 120, bottom <= HEIGHT - STRIPE) == (True, True)


def test_letters_when_accented_then_print_whichever_way_they_are_written():
    composed = "Łódź, Nguyễn, Çeşme"
    parted = unicodedata.normalize("NFD", composed)

    assert composed != parted
    assert pictures.week_card(words(composed)) == pictures.week_card(words(parted))
    assert len({bytes(face(40, STRONG).getmask(sign)) for sign in "Łźễşñőü\ue000"}) == 8  # the last is no letter


def test_icon_when_drawn_then_is_whole_in_its_square():
    with Image.open(io.BytesIO(pictures.favicon())) as icon:
        assert icon.info["sizes"] == {(16, 16), (32, 32)}
        assert icon.convert("RGBA").getpixel((0, 0))[3] < 8
        assert icon.convert("RGBA").getpixel((16, 16)) == (0x7F, 0xD6, 0xCF, 255)
    touch = drawn(pictures.touch_icon())
    assert (touch.size, touch.getpixel((0, 0)), touch.getpixel((90, 90))) == (
        (180, 180),
        (0x14, 0x28, 0x4B),
        (0x7F, 0xD6, 0xCF),
    )


# As they are sent


@pytest.mark.django_db
def test_week_card_when_kept_then_each_use_asks_whether_it_still_holds(client):
    week = WeekFactory()
    answer = client.get(CARD)

    again = client.get(CARD, headers={"if-none-match": answer.headers["ETag"]})
    WeekHost.objects.create(week=week, partnership=PartnershipFactory(slug="isle-of-wight"))
    changed = client.get(CARD, headers={"if-none-match": answer.headers["ETag"]})

    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["ETag"] == f'"{hashlib.sha256(answer.content).hexdigest()[:32]}"'
    assert answer.headers["Cache-Control"] == "public, no-cache"
    assert (again.status_code, changed.status_code) == (304, 200)
    assert not answer.cookies


@pytest.mark.django_db
def test_card_when_asked_for_its_head_then_tells_what_it_would_send(client):
    head, whole = client.head("/card.png"), client.get("/card.png")

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Length"] == str(len(whole.content))
    assert client.post("/card.png").status_code == 405


@pytest.mark.django_db
def test_week_card_when_the_week_is_a_draft_then_is_not_there(client):
    week = WeekFactory(state="draft")
    assert client.get(CARD).status_code == 404
    week.state = "published"
    week.save()
    assert client.get(CARD).status_code == 200


@pytest.mark.django_db
def test_week_card_when_asked_for_then_costs_three_queries(client, django_assert_num_queries):
    WeekFactory()
    with django_assert_num_queries(3):
        client.get(CARD)
