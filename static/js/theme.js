// @ts-check
// Light, dark, high contrast, or what the system says. Runs before the first paint, so that no page flashes in the other theme.
(() => {
  const root = document.documentElement;
  /** @type {Record<string, string>} */
  const names = { system: "Theme: system", light: "Theme: light", dark: "Theme: dark", contrast: "Theme: high contrast" };
  const order = Object.keys(names);

  /** @returns {string} the stored choice, or `system`; storage may be forbidden */
  const stored = () => {
    try {
      const choice = localStorage.getItem("theme");
      return choice !== null && order.includes(choice) ? choice : "system";
    } catch {
      return "system";
    }
  };

  /** @param {string} choice */
  const apply = (choice) => {
    if (choice === "system") delete root.dataset.theme;
    else root.dataset.theme = choice;
    root.dispatchEvent(new CustomEvent("themechange"));
  };

  apply(stored());
  document.addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("theme");
    if (!(button instanceof HTMLButtonElement)) return;
    button.textContent = names[stored()];
    button.hidden = false;
    button.addEventListener("click", () => {
      const choice = order[(order.indexOf(button.dataset.choice ?? stored()) + 1) % order.length];
      try {
        localStorage.setItem("theme", choice);
      } catch {
        // The choice then lasts as long as the page.
      }
      button.dataset.choice = choice;
      button.textContent = names[choice];
      apply(choice);
    });
  });
})();
