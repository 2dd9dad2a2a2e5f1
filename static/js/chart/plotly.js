// @ts-check
/**
 * Plotly's scripts, which the page names: `<meta name="plotly" content="URL" data-integrity="sha384-…">`, and `plotly-webgl` for
 * charts of more points than SVG bears.
 */

/** @type {Map<string, Promise<any>>} */
const loading = new Map();

/** Loads a script of Plotly, once; after a failure the next call tries again. @param {"plotly" | "plotly-webgl"} name @returns {Promise<any>} */
export function plotly(name = "plotly") {
  const known = loading.get(name);
  if (known) return known;
  const loaded = new Promise((resolve, reject) => {
    const meta = /** @type {HTMLMetaElement | null} */ (document.querySelector(`meta[name=${name}]`));
    const script = document.createElement("script");
    script.src = meta?.content ?? "";
    script.integrity = meta?.dataset.integrity ?? "";
    script.onload = () => resolve(/** @type {any} */ (window).Plotly);
    script.onerror = () => {
      loading.delete(name);
      script.remove();
      reject(new Error("Plotly did not load"));
    };
    document.head.append(script);
  });
  loading.set(name, loaded);
  return loaded;
}

/** Whether a figure asks for WebGL. @param {import("./look.js").Spec} spec */
export function usesWebGl({ data }) {
  return data.some((trace) => trace.type === "scattergl");
}

/** The same figure for a Plotly without WebGL. @param {import("./look.js").Spec} spec @returns {import("./look.js").Spec} */
export function withoutWebGl(spec) {
  return { ...spec, data: spec.data.map((trace) => ({ ...trace, type: trace.type.replace("gl", "") })) };
}
