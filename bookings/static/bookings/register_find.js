/** Finds people on a long register by a part of their name or organisation; nothing leaves the page. */
const FEW = 8; // people who are seen at a glance
const find = document.querySelector("[data-find]");
const field = find.querySelector("input");
const found = find.querySelector("[data-found]");
const rows = [...document.querySelectorAll("[data-booking]")];

/** Letters without their accents and case, so that "zoe" finds Zoë. */
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const wordsOf = (row) => [...row.querySelectorAll("[data-name], [data-where]")].map((one) => one.textContent).join(" ");
const said = new Map(rows.map((row) => [row, plain(wordsOf(row))]));

field.addEventListener("input", () => {
  const parts = plain(field.value).split(/\s+/);
  for (const [row, words] of said) row.hidden = !parts.every((part) => words.includes(part));
  const count = rows.filter((row) => !row.hidden).length;
  found.textContent = count === rows.length ? "" : `${count} of ${rows.length}`;
});
field.addEventListener("focus", () => field.select());
find.hidden = rows.length <= FEW;
