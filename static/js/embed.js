// @ts-check
// A chart in a frame: its page may ask for a theme with ?theme=dark or ?theme=light; else the reader's system decides.
(() => {
  const theme = new URLSearchParams(location.search).get("theme");
  if (theme === "dark" || theme === "light") document.documentElement.dataset.theme = theme;
})();
