// The console without a mouse.

const isField = (element) => element?.closest("input, textarea, select, [contenteditable]");
let awaitsPage = 0;

export function startKeys() {
    document.addEventListener("keydown", (event) => {
        if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
        if (document.querySelector("dialog[open]")) return;
        if (isField(event.target)) {
            if (event.key === "Escape") {
                // Browsers would empty the field; what was searched for stays.
                event.preventDefault();
                event.target.blur();
            }
            // Where a search is work, Enter is what begins it.
            const isDone = event.key === "ArrowDown" || (event.key === "Enter" && !event.target.form?.matches("[data-on-submit]"));
            if (event.target.matches("[data-search]") && isDone) {
                event.preventDefault();
                move(1);
            }
            return;
        }
        if (handle(event)) event.preventDefault();
    });
}

function handle(event) {
    if (awaitsPage > Date.now()) {
        awaitsPage = 0;
        const link = document.querySelector(`.links [data-key="${CSS.escape(event.key)}"]`);
        link?.click();
        return Boolean(link);
    }
    switch (event.key) {
    case "/": return focusSearch();
    case "j": case "ArrowDown": return move(1);
    case "k": case "ArrowUp": return move(-1);
    case "g": awaitsPage = Date.now() + 1500; return true;
    case "n": return press("[data-new]");
    case "o": return press("[data-open]", row() ?? document);
    case "?": return press("[data-help]");
    case "Enter":
        return event.target.matches("[data-row]") && press("[data-primary]", event.target);
    default: return false;
    }
}

function focusSearch() {
    const field = document.querySelector("[data-search]");
    field?.focus();
    field?.select();
    return Boolean(field);
}

function press(selector, within = document) {
    const target = within.querySelector(selector);
    target?.click();
    return Boolean(target);
}

const row = () => document.activeElement?.closest("[data-row]");

function move(step) {
    const rows = [...document.querySelectorAll("[data-row]")];
    if (rows.length === 0) return false;
    const here = rows.indexOf(row());
    const next = here < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, here + step));
    rows[next].tabIndex = -1;
    rows[next].focus();
    rows[next].scrollIntoView({ block: "nearest" });
    return true;
}
