// What programs ask for by escape sequences, beyond showing text.

import { cleanPaste } from "./paste.js";

const longestTitle = 60;
const longestCopy = 100000;

// A title is text of whoever writes to the terminal: one line, no control characters, nothing that turns the direction of writing.
export function cleanTitle(text) {
    const cleaned = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, " ").replace(/\s+/g, " ").trim();
    const letters = [...cleaned];
    return letters.length > longestTitle ? letters.slice(0, longestTitle - 1).join("") + "…" : cleaned;
}

// The text that OSC 52 wants on the clipboard, without what a terminal would obey or what turns the direction of writing; null for
// what asks to read it, or makes no sense.
export function clipboardText(data) {
    const content = data.slice(data.indexOf(";") + 1);
    if (!data.includes(";") || content === "?" || content.length > longestCopy) return null;
    try {
        const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
        const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
        return cleanPaste(text).replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "") || null;
    } catch {
        return null;
    }
}

// Asks before a program's text goes to the clipboard: pasted into another terminal it would be obeyed. All of it is shown, and it is what
// is copied: what a program wants while one question is open is passed by. Reading is refused without a word.
export function guardClipboard(terminal, pane, copy) {
    const place = pane.querySelector(".ask");
    let wanted = null;
    terminal.parser.registerOscHandler(52, (data) => {
        const text = wanted === null ? clipboardText(data) : null;
        if (text === null) return true;
        wanted = text;
        const lines = text.split("\n").length;
        place.querySelector("p").textContent = `A program in this terminal wants to put ${text.length.toLocaleString()} characters`
            + `${lines > 1 ? ` in ${lines.toLocaleString()} lines` : ""} on your clipboard:`;
        place.querySelector("pre").textContent = text;
        place.hidden = false;
        return true;
    });
    const close = (isAllowed) => {
        if (isAllowed && wanted !== null) copy(wanted);
        wanted = null;
        place.querySelector("pre").textContent = "";
        place.hidden = true;
        terminal.focus();
    };
    place.querySelector("[data-yes]").addEventListener("click", () => close(true));
    place.querySelector("[data-no]").addEventListener("click", () => close(false));
}
