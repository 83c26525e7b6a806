"""What a page lets somebody send: the forms in it, and the parameters of its links."""

from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.forms, self.links, self._form, self._select = [], [], None, ""

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "a":
            self.links.append(given.get("href", ""))
        elif tag == "form":
            self._form = (given.get("method", "get").lower(), given.get("action", ""), {})
            self.forms.append(self._form)
        elif self._form is None:
            return
        elif tag == "option" and self._select:
            self._form[2].setdefault(self._select, given.get("value", ""))
        elif tag == "select":
            self._select = name
        elif tag in {"input", "textarea", "button"} and name:
            self._form[2].setdefault(name, given.get("value", "") or "a")

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None
        elif tag == "select" and self._form is not None and self._select:
            self._form[2].setdefault(self._select, "")
            self._select = ""


def forms_of(html, address):
    """Return the forms of a page as (method, path, fields with what they hold), and its own links' parameters."""
    reader = _Reader()
    reader.feed(html)
    forms = [(method, urlsplit(urljoin(address, action)).path, fields) for method, action, fields in reader.forms]
    here = [urlsplit(urljoin(address, link)) for link in reader.links]
    linked = {(one.path, name) for one in here if not one.netloc for name, _ in parse_qsl(one.query, True)}
    return forms, linked
