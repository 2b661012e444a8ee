"use strict";
// What makes pages quicker to use. Each of them works without: every act is a link or a form.

// A form marked data-at-once is sent when a choice in it changes; a slider when it is let go.
for (const form of document.querySelectorAll("form[data-at-once]")) {
  form.addEventListener("change", () => form.requestSubmit());
}

// What is marked data-copy can be copied with a button, where the browser lets pages copy.
if (navigator.clipboard) {
  for (const shown of document.querySelectorAll("[data-copy]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "quiet";
    button.textContent = shown.dataset.copy;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(shown.textContent.trim());
      button.textContent = shown.dataset.copied || shown.dataset.copy;
    });
    shown.after(" ", button);
  }
}

// A form that writes is sent once: a second click while the first is on its way does nothing.
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
}
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// A form that was refused begins where its errors are told.
document.querySelector("main [role=alert]")?.setAttribute("tabindex", "-1");
document.querySelector("main [role=alert]")?.focus();
