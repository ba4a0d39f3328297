// Lists that stay true: the page is fetched again, as the server writes it, and the parts marked data-live take the place of the old ones.

import { notify } from "./notices.js";
import { signInAgain } from "./api.js";
import { refreshTimes } from "./times.js";

const interval = 5000;
// Somebody who left the page open over night is not here.
const patience = 15 * 60 * 1000;

// Markup becomes part of the page here and nowhere else, and it comes from this server's own pages.
const policy = window.trustedTypes?.createPolicy("vigo", { createHTML: (text) => text });
const parse = (text) => new DOMParser().parseFromString(policy ? policy.createHTML(text) : text, "text/html");

let newest = 0;
let lastAction = Date.now();
let isLost = false;

// Replaces what changed. Returns false when the server did not answer.
export async function refresh({ background = false } = {}) {
    const number = ++newest;
    let answer;
    try {
        answer = await fetch(location.href, {
            headers: { Accept: "text/html", ...(background ? { "X-Vigo-Background": "1" } : {}) }, cache: "no-store",
        });
    } catch {
        if (!isLost) notify("The server cannot be reached; what you see may be old.", "bad");
        isLost = true;
        return false;
    }
    if (number !== newest) return true;
    if (answer.redirected && new URL(answer.url).pathname === "/login") {
        signInAgain();
        return false;
    }
    if (!answer.ok) return false;
    if (isLost) notify("The server is back.");
    isLost = false;
    swap(parse(await answer.text()));
    return true;
}

// What a part says; how long ago something was is kept up to date without the server.
const content = (part) => part.innerHTML.replace(/<time datetime="([^"]*)"[^>]*>[^<]*<\/time>/g, "$1").replace(/ tabindex="-1"/g, "");

function swap(page) {
    for (const part of document.querySelectorAll("[data-live]")) {
        const fresh = page.querySelector(`[data-live="${part.dataset.live}"]`);
        if (!fresh || content(fresh) === content(part)) continue;
        const focus = focused(part);
        const open = [...part.querySelectorAll("details[open] > summary")].map((summary) => summary.parentElement.id);
        part.replaceChildren(...[...fresh.childNodes].map((node) => document.adoptNode(node)));
        for (const id of open.filter(Boolean)) document.getElementById(id)?.setAttribute("open", "");
        focus();
        refreshTimes(part);
    }
}

// What gives the focus back to the same row and the same place in it.
function focused(part) {
    const element = document.activeElement;
    if (!part.contains(element)) return () => {};
    const row = element.closest("[id]");
    if (!row || !part.contains(row)) return () => {};
    const index = [...row.querySelectorAll("a, button")].indexOf(element);
    return () => {
        // A row that is gone leaves its place to the first.
        const same = document.getElementById(row.id) ?? part.querySelector("[data-row]");
        if (!same) return;
        const target = index < 0 ? same : same.querySelectorAll("a, button")[index] ?? same;
        if (target === same && !same.hasAttribute("tabindex")) same.tabIndex = -1;
        target.focus({ preventScroll: true });
    };
}

// The page's address says what is searched for, so that it can be kept and passed on.
function show(form) {
    const address = new URL(location.href);
    for (const [name, value] of new FormData(form)) {
        if (value) address.searchParams.set(name, value); else address.searchParams.delete(name);
    }
    address.searchParams.delete("before");
    history.replaceState(null, "", address);
    return refresh();
}

export function startLive() {
    const form = document.querySelector("[data-filters]");
    let waiting;
    // Some searches are work, and on record: those wait for Enter.
    form?.addEventListener("input", () => {
        if ("onSubmit" in form.dataset) return;
        clearTimeout(waiting);
        waiting = setTimeout(() => show(form), 150);
    });
    form?.addEventListener("submit", (event) => {
        event.preventDefault();
        clearTimeout(waiting);
        show(form);
    });
    document.addEventListener("click", (event) => {
        const chip = event.target.closest("[data-set]");
        if (!chip || !form) return;
        form.elements[chip.dataset.set].value = chip.value;
        show(form);
    });
    if (!document.querySelector("[data-live]:not([data-still])")) return;
    for (const kind of ["pointerdown", "keydown", "focus"]) addEventListener(kind, () => (lastAction = Date.now()), true);
    setInterval(() => {
        const isAway = document.hidden || Date.now() - lastAction > patience;
        if (!isAway && !document.querySelector("dialog[open]")) refresh({ background: true });
    }, interval);
    document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh({ background: true }); });
}
