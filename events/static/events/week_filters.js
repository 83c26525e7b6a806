/**
 * Filters a week's page in place. The address stays the whole truth: each choice asks for the page that a press on the
 * button would open, and puts its parts where the old ones stand. Without this module the button does the same.
 */
const form = document.getElementById("filters");
const count = document.getElementById("count");
const PAUSE = 250; // arrow keys run through a list of choices; ask for the one they stop at
const PARTS = "[data-part]";
let shown = location.pathname + location.search;
let asked = null;
let timer = 0;

/** Return the address of what is chosen; empty choices are left out. */
function chosen() {
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (value) query.append(name, value);
  }
  const text = query.toString();
  return new URL(form.action).pathname + (text && `?${text}`);
}

/** Put the parts of another state of this page in place; the form stays, and with it the focus. */
function place(there) {
  for (const part of document.querySelectorAll(PARTS)) {
    part.replaceChildren(...there.querySelector(`[data-part="${part.dataset.part}"]`).childNodes);
  }
  document.title = there.title;
  const words = there.getElementById("count");
  count.className = words.className;
  count.textContent = words.textContent;
}

/** Let the fields say what the address says: after going back, and after clearing. */
function restore(there) {
  for (const field of there.getElementById("filters").elements) {
    const here = field.id && document.getElementById(field.id);
    if (!here) continue;
    here.value = field.value;
    here.checked = field.checked;
  }
}

/** Show the page of an address in place; opens it plainly where that cannot be done. */
async function show(address, { isNew, moves = () => {} }) {
  clearTimeout(timer);
  asked?.abort();
  asked = new AbortController();
  try {
    const answer = await fetch(address, { signal: asked.signal });
    if (!answer.ok) throw new Error(`answered ${answer.status}`);
    const there = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (isNew) history.pushState(null, "", address);
    shown = address;
    place(there);
    moves(there);
  } catch (fault) {
    if (fault.name !== "AbortError") location.assign(address);
  }
}

form.addEventListener("change", () => {
  clearTimeout(timer);
  timer = setTimeout(() => {
    const address = chosen();
    if (address !== shown) show(address, { isNew: true });
  }, PAUSE);
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  show(chosen(), { isNew: chosen() !== shown });
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-clear]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const moves = (there) => {
    restore(there);
    count.focus();
  };
  show(link.pathname + link.search, { isNew: true, moves });
});

addEventListener("popstate", () => {
  const address = location.pathname + location.search;
  if (address !== shown) show(address, { isNew: false, moves: restore });
});
