// What every page of the console does.

import { startActions } from "./actions.js";
import { call } from "./api.js";
import { startKeys } from "./keys.js";
import { startLive } from "./live.js";
import { notify } from "./notices.js";
import { toggleTheme } from "./theme.js";
import { refreshTimes } from "./times.js";

refreshTimes();
setInterval(refreshTimes, 15000);
startLive();
startActions();
startKeys();

function setMenu(isOpen) {
    document.body.classList.toggle("menu-open", isOpen);
    document.querySelector("[data-menu]").ariaExpanded = String(isOpen);
    if (isOpen) document.querySelector(".links a").focus();
}

async function signOut() {
    try {
        await call("POST", "/api/v1/logout");
        location.assign("/login");
    } catch (error) {
        if (error.status === 401) location.assign("/login"); else notify(error.message, "bad");
    }
}

document.addEventListener("click", (event) => {
    const isOpen = document.body.classList.contains("menu-open");
    if (event.target.closest("[data-menu]")) setMenu(!isOpen);
    else if (isOpen && !event.target.closest(".side")) setMenu(false);
    if (event.target.closest("[data-theme-toggle]")) toggleTheme();
    if (event.target.closest("[data-help]")) document.querySelector("#help").showModal();
    if (event.target.closest("[data-sign-out]")) signOut();
});
document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && document.body.classList.contains("menu-open")) setMenu(false);
});
