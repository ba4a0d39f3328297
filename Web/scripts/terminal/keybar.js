// Keys that phones do not have.

const fixed = { esc: "\u001b", tab: "\t" };
const arrows = { up: "A", down: "B", right: "C", left: "D" };

export function startKeybar(bar, current) {
    const hold = bar.querySelector("[data-hold]");
    const release = () => { hold.ariaPressed = "false"; };
    // Pressing one must not take the focus, or the phone's own keyboard goes away.
    bar.addEventListener("pointerdown", (event) => event.preventDefault());
    bar.addEventListener("click", (event) => {
        const button = event.target.closest("button");
        const tab = current();
        if (!button || !tab) return;
        if (button === hold) {
            hold.ariaPressed = hold.ariaPressed === "true" ? "false" : "true";
        } else {
            const name = button.dataset.send;
            const isApplication = tab.terminal.modes.applicationCursorKeysMode;
            const text = arrows[name] ? `\u001b${isApplication ? "O" : "["}${arrows[name]}` : fixed[name] ?? name;
            tab.type(new TextEncoder().encode(text));
        }
        tab.terminal.focus();
    });
    return {
        // What a letter becomes while Ctrl is held down.
        transform(text) {
            if (hold.ariaPressed !== "true" || text.length !== 1) return text;
            release();
            const code = text.toUpperCase().charCodeAt(0);
            return code >= 0x40 && code <= 0x5f ? String.fromCharCode(code & 0x1f) : text;
        },
    };
}
