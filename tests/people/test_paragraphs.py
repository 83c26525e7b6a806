"""Longer texts as HTML."""

import pytest

from people.templatetags.paragraphs import paragraphs


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("", ""),
        ("One\nline", "<p>One line</p>"),
        ("One\r\n\r\nTwo\n \nThree", "<p>One</p><p>Two</p><p>Three</p>"),
        ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("- a\nb", "<p>- a b</p>"),
        ("<script>\n\n- <b>", "<p>&lt;script&gt;</p><ul><li>&lt;b&gt;</li></ul>"),
    ],
)
def test_paragraphs_when_text_is_written_so_then_html_is(text, html):
    assert paragraphs(text) == html
