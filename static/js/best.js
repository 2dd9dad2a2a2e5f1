// @ts-check
/** Starts the service-level form. The page lists the modules that it needs, with their integrity; without scripts nothing asks for them. */
const modules = /** @type {HTMLTemplateElement} */ (document.getElementById("form-modules"));
document.head.append(modules.content.cloneNode(true));
void import("./best/form.js");
