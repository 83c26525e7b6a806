// Drafts in the timetable can be dragged to another day or hour. Letting go sends what the page “Move” sends.

const timetable = document.querySelector("[data-timetable]");
const drafts = document.querySelectorAll("[data-move]");
let dragged = null;

for (const draft of drafts) {
  draft.draggable = true;
  for (const link of draft.querySelectorAll("a")) {
    link.draggable = false; // the whole draft moves, wherever it is held
  }
  draft.addEventListener("dragstart", (event) => {
    dragged = draft;
    draft.classList.add("builder-card-dragged");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", draft.id);
  });
  draft.addEventListener("dragend", () => {
    dragged = null;
    draft.classList.remove("builder-card-dragged");
    mark(null);
  });
}

timetable?.addEventListener("dragover", (event) => {
  const hour = event.target.closest("[data-hour]");
  if (dragged) {
    mark(hour);
  }
  if (dragged && hour) {
    event.preventDefault();
  }
});

timetable?.addEventListener("drop", (event) => {
  const hour = event.target.closest("[data-hour]");
  if (dragged && hour) {
    event.preventDefault();
    move(dragged, hour);
  }
});

if (drafts.length) {
  document.querySelector("[data-hint]")?.removeAttribute("hidden");
}

// Show where the draft would go; null: nowhere.
function mark(hour) {
  for (const marked of document.querySelectorAll(".builder-hour-over")) {
    marked.classList.remove("builder-hour-over");
  }
  hour?.classList.add("builder-hour-over");
}

// Send the draft to an hour of a day; it keeps its minutes past the hour.
function move(draft, hour) {
  const starts = `${hour.dataset.hour.padStart(2, "0")}:${draft.dataset.starts.slice(3)}`;
  const form = document.createElement("form");
  form.method = "post";
  form.action = draft.dataset.move;
  const token = draft.querySelector("[name=csrfmiddlewaretoken]").value;
  for (const [name, value] of Object.entries({ csrfmiddlewaretoken: token, day: hour.dataset.day, starts })) {
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = name;
    field.value = value;
    form.append(field);
  }
  document.body.append(form);
  form.submit();
}
