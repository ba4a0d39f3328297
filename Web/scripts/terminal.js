// The page of terminals.

import { colours } from "./terminal/colours.js";
import { startFind } from "./terminal/find.js";
import { startKeybar } from "./terminal/keybar.js";
import { SessionTab } from "./terminal/session.js";
import { settings } from "./terminal/settings.js";
import { Tabs } from "./terminal/tabs.js";

const { envoy, hostname, protocol, session, port, login, grace, user } = document.body.dataset;
const place = { envoy, hostname, protocol, user, login, port: Number(port), grace: Number(grace) };
const remembered = `vigo-tabs-${envoy}-${protocol}`;
const states = {
    waiting: "Waiting for the envoy", connecting: "Connecting", ready: "Connected", closed: "Ended", failed: "Ended",
};

const find = startFind(document.querySelector(".findbar"), () => tabs.current?.terminal);
const keybar = startKeybar(document.querySelector(".keybar"), () => tabs.current);
const tabs = new Tabs(document.querySelector(".tabs"), document.querySelector(".panes"), make, look);

function make(pane) {
    const tab = new SessionTab(place, pane, settings, changed);
    tab.terminal.attachCustomKeyEventHandler((event) => shortcut(event));
    const type = tab.type.bind(tab);
    tab.type = (bytes) => type(bytes.length === 1 ? new TextEncoder().encode(keybar.transform(String.fromCharCode(bytes[0]))) : bytes);
    return tab;
}

function changed(tab, wish) {
    if (!tab.button) return;
    if (wish === "close") return tabs.remove(tab);
    tabs.draw(tab);
    if (tab === tabs.current) look(tab);
}

function look(tab) {
    const bar = document.querySelector(".statusbar");
    bar.querySelector("[data-state]").textContent = states[tab.state];
    bar.querySelector("[data-place]").textContent = tab.title;
    bar.querySelector("[data-recorded]").hidden = !tab.isRecorded || !tab.isLive;
    bar.querySelector("[data-people]").textContent = tab.people.length > 0 ? `Watched by ${tab.people.join(", ")}` : "";
    bar.querySelector("[data-size]").textContent = `${tab.terminal.cols} × ${tab.terminal.rows}`;
    // The envoy's name first: what a program calls itself must not pass for it.
    document.title = `${tab.place.hostname}${tab.title ? ` · ${tab.title}` : ""}`;
}

function resizeText(size) {
    settings.fontSize = size;
    for (const tab of tabs.all) {
        tab.terminal.options.fontSize = settings.fontSize;
        tab.fit();
    }
}

function paint(scheme) {
    settings.scheme = scheme;
    document.body.dataset.colours = scheme;
    for (const tab of tabs.all) tab.terminal.options.theme = colours[scheme];
}

// False for what the terminal must not see.
function shortcut(event) {
    if (event.type !== "keydown") return true;
    if (event.altKey && !event.ctrlKey && !event.shiftKey && /^Digit[1-9]$/.test(event.code)) {
        event.preventDefault();
        tabs.at(Number(event.code.slice(5)) - 1);
        return false;
    }
    if (!event.ctrlKey || !event.shiftKey) return true;
    const actions = {
        KeyA: () => tabs.current.terminal.selectAll(), KeyC: () => tabs.current.copy(), KeyF: () => find.open(), KeyO: () => tabs.add().start(),
        KeyX: () => document.querySelector(".stagetools button").focus(),
        Equal: () => resizeText(settings.fontSize + 1), Minus: () => resizeText(settings.fontSize - 1), Digit0: () => resizeText(null),
    };
    // The browser pastes by itself, which needs no permission.
    if (event.code === "KeyV") return false;
    const action = actions[event.code];
    if (!action) return true;
    event.preventDefault();
    action();
    return false;
}

document.addEventListener("keydown", (event) => {
    if (event.target.closest(".xterm") || document.querySelector("dialog[open]")) return;
    shortcut(event);
});
document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const is = (name) => name in button.dataset;
    if (is("newTab")) tabs.add().start();
    else if (is("find")) find.open();
    else if (is("smaller")) resizeText(settings.fontSize - 1);
    else if (is("larger")) resizeText(settings.fontSize + 1);
    else if (is("colours")) paint(settings.scheme === "dark" ? "light" : "dark");
    else if (is("help")) document.querySelector("#help").showModal();
});

// Closing the window by mistake is one key away from deleting a word.
addEventListener("beforeunload", (event) => { if (tabs.hasLive && !document.hidden) event.preventDefault(); });
addEventListener("pagehide", () => {
    const live = tabs.all.filter((tab) => tab.isLive).map((tab) => tab.id);
    sessionStorage.setItem(remembered, JSON.stringify(live));
});

paint(settings.scheme);
const before = JSON.parse(sessionStorage.getItem(remembered) ?? "[]");
sessionStorage.removeItem(remembered);
for (const id of before) tabs.add().attach(id);
// Another site's link opens nothing by itself, and takes no session away from another window.
const isAsked = "asks" in document.body.dataset || location.hash === "#ask";
if (session ? !before.includes(session) : before.length === 0) {
    const tab = tabs.add();
    if (isAsked) tab.ask(session); else if (session) tab.attach(session); else tab.start();
}
