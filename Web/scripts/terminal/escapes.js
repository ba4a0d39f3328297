// What programs ask for by escape sequences, beyond showing text.

const longestTitle = 60;
const longestCopy = 100000;

// A title is text of whoever writes to the terminal: one line, no control characters, nothing that turns the direction of writing.
export function cleanTitle(text) {
    const cleaned = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, " ").replace(/\s+/g, " ").trim();
    const letters = [...cleaned];
    return letters.length > longestTitle ? letters.slice(0, longestTitle - 1).join("") + "…" : cleaned;
}

// The text that OSC 52 wants on the clipboard; null for what asks to read it, or makes no sense.
export function clipboardText(data) {
    const content = data.slice(data.indexOf(";") + 1);
    if (!data.includes(";") || content === "?" || content.length > longestCopy) return null;
    try {
        const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
        return new TextDecoder("utf-8", { fatal: true }).decode(bytes) || null;
    } catch {
        return null;
    }
}

// Asks before a program's text goes to the clipboard: pasted into another terminal it would be obeyed. Reading is refused without a word.
export function guardClipboard(terminal, pane, copy) {
    const place = pane.querySelector(".ask");
    let wanted = null;
    terminal.parser.registerOscHandler(52, (data) => {
        const text = clipboardText(data);
        if (text === null) return true;
        wanted = text;
        const shown = cleanTitle(text.slice(0, 200));
        place.querySelector("p").textContent =
            `A program in this terminal wants to put ${text.length.toLocaleString()} characters on your clipboard: “${shown}”`;
        place.hidden = false;
        return true;
    });
    const close = (isAllowed) => {
        if (isAllowed && wanted !== null) copy(wanted);
        wanted = null;
        place.hidden = true;
        terminal.focus();
    };
    place.querySelector("[data-yes]").addEventListener("click", () => close(true));
    place.querySelector("[data-no]").addEventListener("click", () => close(false));
}
