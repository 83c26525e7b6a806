"""A look at a page with axe in every palette, wide and narrow."""

from axe_playwright_python.sync_playwright import Axe

from tests.browser import is_sideways

MODES = {
    "as it comes": {"width": 1280, "colours": "light", "contrast": ""},
    "dark and narrow": {"width": 320, "colours": "dark", "contrast": ""},
    "high contrast and narrow": {"width": 320, "colours": "light", "contrast": "high"},
}
EVERYTHING = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}


def faults(page):
    """Return what axe finds on the page, in words; empty when it finds nothing."""
    results = Axe().run(page, options=EVERYTHING)
    return [
        f"{fault['id']}: {fault['help']}: {node['html'][:160]} {[each['message'] for each in node['any']]}"
        for fault in results.response["violations"]
        for node in fault["nodes"]
    ]


def look(context, address, *, then=None):
    """Open a page in each mode, and collect what is wrong with it; ``then`` does something on it first."""
    wrong = []
    page = context.new_page()
    for name, mode in MODES.items():
        page.set_viewport_size({"width": mode["width"], "height": 800})
        page.emulate_media(color_scheme=mode["colours"], reduced_motion="reduce")
        if mode["contrast"]:
            context.add_cookies([{"name": "contrast", "value": mode["contrast"], "url": address}])
        page.goto(address)
        if then:
            then(page)
        wrong += [f"{name}: {fault}" for fault in faults(page)]
        wrong += [f"{name}: scrolls sideways"] if is_sideways(page) else []
    return wrong
