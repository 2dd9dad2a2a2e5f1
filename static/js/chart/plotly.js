// @ts-check
/** Plotly's script, which the page names: `<meta name="plotly" content="URL" data-integrity="sha384-…">`. */

/** @type {Promise<any> | undefined} */
let loading;

/** Loads Plotly, once; after a failure the next call tries again. @returns {Promise<any>} */
export function plotly() {
  loading ??= new Promise((resolve, reject) => {
    const meta = /** @type {HTMLMetaElement | null} */ (document.querySelector("meta[name=plotly]"));
    const script = document.createElement("script");
    script.src = meta?.content ?? "";
    script.integrity = meta?.dataset.integrity ?? "";
    script.onload = () => resolve(/** @type {any} */ (window).Plotly);
    script.onerror = () => {
      loading = undefined;
      script.remove();
      reject(new Error("Plotly did not load"));
    };
    document.head.append(script);
  });
  return loading;
}
