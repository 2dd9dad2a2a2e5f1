// @ts-check
// A chart in a frame: its page may ask for a theme with ?theme=dark, light or contrast; else the reader's system decides.
(() => {
  const theme = new URLSearchParams(location.search).get("theme");
  if (theme !== null && ["dark", "light", "contrast"].includes(theme)) document.documentElement.dataset.theme = theme;
})();
