/**
 * The register on a phone. A mark is kept on this device first, with the moment it was made, and sent when that can be
 * done; the answer says what everybody has marked meanwhile. Without this module each button sends its own form.
 *
 * Kept on the device: numbers of bookings, what was marked and when; no names. The page itself is kept for a day by the
 * worker, so that it opens again without a network.
 */
const register = document.querySelector("[data-register]");
const { register: api, keeper, part } = register.dataset;
const ofPart = part ? { part: Number(part) } : {}; // which date, where the session has several
const people = new Map([...register.querySelectorAll("[data-booking]")].map((row) => [row.dataset.booking, row]));
const counts = document.querySelector("[data-counts]");
const status = document.querySelector("[data-sync]");
const undo = document.querySelector("button[value=undo]");
const forget = document.querySelector("[data-forget]");
const WAITING = `register ${api} ${keeper} waiting`;
const KNOWN = `register ${api} ${keeper} known`;
const CLOCK = "register clock";
const PAUSE = 15000;
const MOST = 2000; // marks in one call
const CAME = ["present", "late", "left_early"];
let states = new Map([...people].map(([booking, row]) => [booking, row.dataset.state]));
let refused = new Map(); // what cannot be written, by booking
let lastStep = [];
let latest = 0; // the moment of the last mark
let running = false;
let again = false;

const keep = (name, value) => localStorage.setItem(name, JSON.stringify(value));
const kept = (name, otherwise) => JSON.parse(localStorage.getItem(name)) ?? otherwise;
const waiting = () => kept(WAITING, []);
const csrf = () => register.querySelector("[name=csrfmiddlewaretoken]").value;
const nameOf = (booking) => people.get(booking).querySelector("[data-name]").textContent;
const marks_words = (count) => `${count} ${count === 1 ? "mark" : "marks"}`;

/**
 * The moment by the site's clock, as far as it is known: the clocks of two devices differ. Later than the last one that
 * was given, so that who undoes a mark is believed though the clock was put right in between.
 */
function now() {
  latest = Math.max(Date.now() + kept(CLOCK, 0), latest + 1);
  return new Date(latest).toISOString();
}

/** Note how far off this device's clock is; what the site says is a whole second, so that small steps say nothing. */
function noteClock(answer) {
  const off = Date.parse(answer.headers.get("Date")) - Date.now();
  if (Math.abs(off - kept(CLOCK, 0)) > 2000) keep(CLOCK, off);
}

/** Keep marks on the device, show them, and try to send them. */
function mark(pairs) {
  const at = now();
  lastStep = pairs.map(([booking]) => [booking, shown().get(booking)]);
  for (const [booking] of pairs) refused.delete(booking);
  undo.hidden = false;
  undo.textContent = `Undo: ${pairs.length === 1 ? nameOf(pairs[0][0]) : `${pairs.length} people`}`;
  keep(WAITING, [...waiting(), ...pairs.map(([booking, state]) => ({ booking: Number(booking), ...ofPart, state, at }))]);
  paint();
  sync();
}

/** What the page shows: what the site said last, and over it what waits on the device. */
function shown() {
  const all = new Map(states);
  for (const { booking, state } of waiting()) if (all.has(String(booking))) all.set(String(booking), state);
  return all;
}

function paint() {
  const unsent = new Set(waiting().map((one) => String(one.booking)));
  for (const [booking, state] of shown()) {
    const row = people.get(booking);
    for (const button of row.querySelectorAll("button[name=state]")) {
      if (button.value) button.setAttribute("aria-pressed", String(button.value === state));
      else button.hidden = !state;
    }
    const pressed = state && row.querySelector(`button[value="${state}"]`);
    const tag = row.querySelector("[data-tag]");
    tag.hidden = !pressed;
    tag.className = pressed ? `tag tag-${pressed.dataset.tone}` : "tag";
    tag.textContent = pressed ? pressed.dataset.words : "";
    if (row.dataset.state !== state) row.querySelector("[data-seen]")?.setAttribute("hidden", "");
    row.querySelector("[data-unsent]").hidden = !unsent.has(booking);
  }
  const all = [...shown().values()];
  const came = all.filter((state) => CAME.includes(state)).length;
  const unmarked = all.filter((state) => !state).length;
  counts.textContent = `${came} came, ${all.length - came - unmarked} did not, ${unmarked} not marked.`;
}

/**
 * Say what is wrong, and how much waits because of it; nothing where nothing is. A mark that is on its way says so in
 * its own line alone: what came and went above the list would move it under the thumb that presses next.
 */
function say(trouble = "") {
  const count = new Set(waiting().map((one) => one.booking)).size;
  const lost = [...refused].map(([booking, why]) => `${nameOf(booking)}: ${why}`);
  const stays = trouble && count ? `${marks_words(count)} kept on this device, sent when that can be done.` : "";
  status.textContent = [trouble, stays, ...lost].filter(Boolean).join(" ");
  status.hidden = !status.textContent;
  forget.hidden = !(trouble && count);
}

/** Send what waits and read what everybody marked; one at a time. */
async function sync() {
  if (running) {
    again = true;
    return;
  }
  running = true;
  try {
    do {
      again = false;
      await exchange();
    } while (again);
  } catch (fault) {
    if (!(fault instanceof TypeError)) throw fault; // a fetch that found no network
    for (const [booking, state] of Object.entries(kept(KNOWN, {}))) if (states.has(booking)) states.set(booking, state);
    paint();
    say("There is no network.");
  } finally {
    running = false;
  }
}

async function exchange() {
  const sent = waiting().slice(0, MOST);
  const answer = sent.length
    ? await fetch(api, {
        method: "PUT",
        headers: { "Content-Type": "application/json", "X-CSRFToken": csrf() },
        body: JSON.stringify({ marks: sent }),
      })
    : await fetch(api);
  noteClock(answer);
  if (answer.ok) {
    drop(sent);
    take(await answer.json());
    paint();
    say();
  } else {
    await refusedAs(answer, sent);
  }
}

/** Take what was sent off the device; a mark that was made meanwhile stays. */
function drop(sent) {
  const gone = new Set(sent.map((one) => JSON.stringify(one)));
  keep(WAITING, waiting().filter((one) => !gone.has(JSON.stringify(one))));
}

function take(answer) {
  const known = answer.people.map((person) => [String(person.booking), person.attendance?.state ?? ""]);
  states = new Map(known.filter(([booking]) => people.has(booking)));
  keep(KNOWN, Object.fromEntries(states));
  const hasChanged = known.length !== people.size || states.size !== people.size;
  document.querySelector("[data-changed]").hidden = !(hasChanged || answer.status !== "open");
}

/** Say why nothing was written; lines that are wrong are left out, and the others sent again. */
async function refusedAs(answer, sent) {
  const problem = await answer.json().catch(() => ({}));
  const lines = [...new Set(Object.keys(problem.errors ?? {}).map((name) => Number(name.split(".")[1])))];
  const wrong = lines.map((line) => sent[line]).filter(Boolean);
  if (answer.status === 400 && wrong.length) {
    for (const [name, words] of Object.entries(problem.errors)) {
      const one = sent[Number(name.split(".")[1])];
      if (one && people.has(String(one.booking))) refused.set(String(one.booking), words.join(" "));
    }
    drop(wrong);
    again = true;
  } else if ([401, 403, 404].includes(answer.status)) {
    say("You are signed out, or this register is not yours any more. Sign in again in another tab.");
  } else {
    say(answer.status < 500 && problem.detail ? problem.detail : "The site does not answer.");
  }
}

/** Let the page open without a network: the worker keeps it, and what it needs. */
async function keepPage() {
  const worker = await navigator.serviceWorker.register(register.dataset.worker, { scope: "/organise/sessions/" });
  if (navigator.serviceWorker.controller) return;
  const needs = performance.getEntriesByType("resource").map((one) => one.name);
  const own = needs.filter((name) => new URL(name).pathname.startsWith("/static/"));
  const cache = await caches.open("registers");
  await cache.addAll([location.pathname + location.search, ...new Set(own)]);
  await worker.update().catch(() => null);
  document.documentElement.dataset.kept = "yes";
}

document.addEventListener("submit", (event) => {
  const button = event.submitter;
  const row = event.target.closest("[data-booking]");
  if (row && button?.name === "state") {
    event.preventDefault();
    mark([[row.dataset.booking, button.value]]);
  } else if (button?.value === "rest") { // the button that marks whoever is not marked
    event.preventDefault();
    const unmarked = [...shown()].filter(([, state]) => !state);
    if (unmarked.length) mark(unmarked.map(([booking]) => [booking, "present"]));
  } else if (button?.value === "undo" && lastStep.length) {
    event.preventDefault();
    mark(lastStep);
  } else if (!navigator.onLine) {
    event.preventDefault();
    say("There is no network, so this cannot be done now. Marks are kept.");
  } else if (event.target.matches("[data-sign-out], [action$='/sign-out/']")) {
    caches.delete("registers");
  }
});

forget.addEventListener("click", () => {
  keep(WAITING, []);
  refused = new Map();
  paint();
  say();
});
addEventListener("online", sync);
document.addEventListener("visibilitychange", () => document.hidden || sync());
setInterval(() => document.hidden || sync(), PAUSE);
if ("serviceWorker" in navigator) keepPage().catch(() => null); // the register works without it
paint();
sync();
