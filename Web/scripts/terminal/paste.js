// Pasting: cleaned of what a terminal would obey, sent in pieces, and stopped when somebody thinks better of it.

import { notify } from "../notices.js";

const worthShowing = 64 * 1024;

// Line ends and tabs are text; an escape could end the bracket that tells the shell "this was pasted".
export function cleanPaste(text) {
    return text.replace(/\r\n/g, "\n").replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g, "");
}

export function guardPaste(terminal, place) {
    place.addEventListener("paste", (event) => {
        event.preventDefault();
        event.stopPropagation();
        const text = event.clipboardData?.getData("text/plain") ?? "";
        if (text) terminal.paste(cleanPaste(text));
    }, true);
}

// Shows how far a large paste has come.
export function showTransfer(terminal, pane, connection) {
    const place = pane.querySelector(".transfer");
    const [label, bar, stop] = [place.querySelector("span"), place.querySelector("progress"), place.querySelector("button")];
    let from = 0;
    connection.outgoing.onProgress = () => {
        const { waiting, taken, end } = connection.outgoing;
        if (place.hidden && waiting < worthShowing) return;
        if (place.hidden) from = taken;
        place.hidden = waiting === 0;
        bar.value = (taken - from) / Math.max(1, end - from);
        label.textContent = `Pasting ${Math.ceil((end - from) / 1000).toLocaleString()} kB`;
    };
    stop.onclick = () => {
        const dropped = connection.outgoing.drop();
        // The shell still waits for the end of what was pasted.
        if (terminal.modes.bracketedPasteMode && dropped > 0) connection.type(new TextEncoder().encode("\u001b[201~"));
        place.hidden = true;
        notify(`${Math.ceil(dropped / 1000).toLocaleString()} kB were not pasted.`, "bad");
        terminal.focus();
    };
}
