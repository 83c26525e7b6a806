// A button beside an address copies it and says so. Without this module the address is selected and copied by hand.

for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  const said = button.parentElement.querySelector("[role=status]");
  field.addEventListener("focus", () => field.select());
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(field.value);
      said.textContent = "Copied. Now paste it into your calendar.";
    } catch {
      field.focus();
      said.textContent = "Your browser did not let us copy it. It is selected now: copy it yourself.";
    }
  });
}
