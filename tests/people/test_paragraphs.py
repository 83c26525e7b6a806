"""Longer texts as HTML."""

import pytest

from people.templatetags.paragraphs import paragraphs, sections


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


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("", ""),
        (
            "One\n\n## Two\nthree\r\n## Four\r\n\r\n- five",
            "<p>One</p><h3>Two</h3><p>three</p><h3>Four</h3><ul><li>five</li></ul>",
        ),
        ("##no heading", "<p>##no heading</p>"),
        ("## <script>\n<b>", "<h3>&lt;script&gt;</h3><p>&lt;b&gt;</p>"),
    ],
)
def test_sections_when_a_line_is_marked_then_is_a_heading(text, html):
    assert sections(text) == html
