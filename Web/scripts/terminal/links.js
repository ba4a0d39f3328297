// Links in a terminal are put there by programs that nobody vouches for: shown in full before anybody follows them, and only to the web.

import { notify } from "../notices.js";

export function isWebAddress(text) {
    try {
        return ["http:", "https:"].includes(new URL(text).protocol);
    } catch {
        return false;
    }
}

// As the browser understands it: a name in other letters that look alike becomes visible as xn--….
const understood = (text) => new URL(text).href;

export function showTarget(pane, address) {
    const place = pane.querySelector(".linktarget");
    place.hidden = !address || !isWebAddress(address);
    place.textContent = place.hidden ? "" : understood(address).slice(0, 500);
}

export function followLink(text) {
    if (!isWebAddress(text)) return notify("The link does not lead to the web, and was not followed.", "bad");
    const address = understood(text);
    const dialog = document.querySelector("#link");
    dialog.querySelector("[data-host]").textContent = new URL(address).host;
    dialog.querySelector("[data-address]").textContent = address.slice(0, 2000);
    dialog.returnValue = "cancel";
    dialog.addEventListener("close", () => {
        if (dialog.returnValue === "open") window.open(address, "_blank", "noopener,noreferrer");
        if (dialog.returnValue === "copy") {
            navigator.clipboard.writeText(address).then(() => notify("Copied."), () => notify("The browser did not allow copying.", "bad"));
        }
    }, { once: true });
    dialog.showModal();
}
