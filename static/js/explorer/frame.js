// @ts-check
/** A view of the explorer in a frame on another page, as its address asks; without a query the build's drawing stays. */
const query = new URLSearchParams(location.search);
// The frame's own parameter.
query.delete("theme");
if ([...query].length) {
  import("./framed.js").then(({ show }) => show(query)).catch((error) => {
    console.error(error);
    const summary = document.querySelector(".chart-summary");
    if (summary) summary.textContent = "This view did not load; below is the first view.";
  });
}
