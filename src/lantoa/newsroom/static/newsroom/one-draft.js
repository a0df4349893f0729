// A new page saves itself while it is written. Sent in that moment, the form would be a second page of the same name and
// be refused: it is sent as soon as the first is there.
let saving = false, waiting = null;

const isNew = (form) => form.matches("form[data-edit-form]") && new URL(form.action).pathname.includes("/pages/add/");

addEventListener("submit", (event) => {
  if (!saving || !isNew(event.target)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  waiting = { form: event.target, button: event.submitter };
}, true);

function saved() {
  saving = false;
  if (!waiting) return;
  const { form, button } = waiting;
  waiting = null;
  if (button) button.disabled = false; // one that works shows it, and would be left out of what is sent
  form.requestSubmit(button);
}

document.addEventListener("w-autosave:save", () => (saving = true));
document.addEventListener("w-autosave:success", saved);
document.addEventListener("w-autosave:error", saved);
