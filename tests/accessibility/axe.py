"""A look at a page with axe in every palette, wide and narrow, and a glance at it in one."""

from typing import NamedTuple

from axe_playwright_python.base import AXE_SCRIPT

from tests.browser import is_sideways, resize


class Mode(NamedTuple):
    """How a page is shown; ``rules`` are those that can fail here and nowhere else, or all of them."""

    width: int
    colours: str
    contrast: bool = False
    rules: tuple[str, ...] = ()


# The narrow window comes first: a page is loaded there, so that what is folded on a phone is folded.
MODES = {
    "dark and narrow": Mode(320, "dark"),
    "high contrast and narrow": Mode(320, "light", contrast=True, rules=("color-contrast", "link-in-text-block")),
    "as it comes": Mode(1280, "light"),
}
GLANCE = ("dark and narrow",)
EVERYTHING = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
# What the cookie of the switch brings about; test_pages proves that both are the same.
HIGH_CONTRAST = """on => {
  const root = document.documentElement;
  on ? root.dataset.contrast = "high" : delete root.dataset.contrast;
  document.querySelector("form[action='/contrast/'] button")?.setAttribute("aria-pressed", on);
}"""


def faults(page, rules=()):
    """Return what axe finds on the page, in words; empty when it finds nothing."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    options = EVERYTHING | ({"runOnly": list(rules), "rules": {}} if rules else {})
    found = page.evaluate("options => axe.run(options).then(results => results.violations)", options)
    return [
        f"{fault['id']}: {fault['help']}: {node['html'][:160]} {[each['message'] for each in node['any']]}"
        for fault in found
        for node in fault["nodes"]
    ]


def look(context, address, *, then=None, modes=tuple(MODES)):
    """Open a page, and collect what is wrong with it in each mode; ``then`` does something on it first.

    The page is loaded once: nothing but style sheets depends on width and palette. The window stays open for the next.
    """
    wrong = []
    page = context.pages[0] if context.pages else context.new_page()
    for number, (name, mode) in enumerate((name, MODES[name]) for name in modes):
        page.emulate_media(color_scheme=mode.colours, reduced_motion="reduce")
        if number == 0:
            page.set_viewport_size({"width": mode.width, "height": 800})
            page.goto(address)
            if then:
                then(page)
                page.wait_for_load_state()
        resize(page, mode.width, 800)
        page.evaluate(HIGH_CONTRAST, mode.contrast)
        wrong += [f"{name}: {fault}" for fault in faults(page, mode.rules)]
        wrong += [f"{name}: scrolls sideways"] if is_sideways(page) else []
    return wrong


def glance(context, address, *, then=None):
    """Look once, narrow and dark: at a further state of a template that is looked at in every mode elsewhere."""
    return look(context, address, then=then, modes=GLANCE)
