// xterm.js makes style elements, which the page's Content-Security-Policy refuses, as it should: they are how foreign markup would dress
// itself up. What it makes through this document goes the way that the policy leaves open to scripts: style sheets that are objects.

class SheetElement extends HTMLElement {
    #sheet = new CSSStyleSheet();
    connectedCallback() { document.adoptedStyleSheets.push(this.#sheet); }
    disconnectedCallback() {
        document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== this.#sheet);
    }
    get textContent() { return ""; }
    set textContent(text) { this.#sheet.replaceSync(text); }
}
customElements.define("vigo-sheet", SheetElement);

const createElement = (name, options) => document.createElement(name === "style" ? "vigo-sheet" : name, options);

// `instanceof Document` holds for it, and its methods work on the real one.
export const terminalDocument = new Proxy(document, {
    get(target, name) {
        if (name === "createElement") return createElement;
        const value = Reflect.get(target, name, target);
        return typeof value === "function" ? value.bind(target) : value;
    },
    set: (target, name, value) => Reflect.set(target, name, value, target),
});
