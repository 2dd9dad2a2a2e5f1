// @ts-check
// Light, dark, high contrast, or what the system says. Runs before the first paint, so that no page flashes in the other theme.
(() => {
  const root = document.documentElement;
  /** @type {Record<string, string>} */
  const names = { system: "system", light: "light", dark: "dark", contrast: "high contrast" };
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
    // A phone has room for the choice alone.
    const name = Object.assign(document.createElement("span"), { className: "theme-name", textContent: "Theme: " });
    const say = (/** @type {string} */ choice) => button.replaceChildren(name, names[choice]);
    say(stored());
    button.hidden = false;
    button.addEventListener("click", () => {
      const choice = order[(order.indexOf(button.dataset.choice ?? stored()) + 1) % order.length];
      try {
        localStorage.setItem("theme", choice);
      } catch {
        // The choice then lasts as long as the page.
      }
      button.dataset.choice = choice;
      say(choice);
      apply(choice);
    });
  });
})();
