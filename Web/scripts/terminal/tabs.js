// The sessions of one page, side by side. What is open is remembered for this browser tab, so that a reload goes on with it.

import { confirmed } from "../notices.js";

export class Tabs {
    #tabs = [];
    #current = null;
    #list;
    #panes;

    // `make(pane)` makes a tab; `look(tab)` is called when another is looked at or the one that is says something new.
    constructor(list, panes, make, look) {
        this.#list = list;
        this.#panes = panes;
        this.make = make;
        this.look = look;
        list.addEventListener("keydown", (event) => {
            const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
            if (!step || !event.target.matches("[role=tab]")) return;
            const next = this.#tabs[(this.#tabs.indexOf(this.#current) + step + this.#tabs.length) % this.#tabs.length];
            this.select(next);
            next.button.focus();
        });
    }

    get current() { return this.#current; }
    get all() { return [...this.#tabs]; }
    get hasLive() { return this.#tabs.some((tab) => tab.isLive && !tab.isSignedOut); }

    add() {
        const pane = document.querySelector("#pane").content.firstElementChild.cloneNode(true);
        this.#panes.append(pane);
        const tab = this.make(pane);
        this.#tabs.push(tab);
        this.#addButton(tab);
        this.select(tab);
        return tab;
    }

    select(tab) {
        if (!tab) return;
        this.#current = tab;
        tab.hasRung = false;
        for (const each of this.#tabs) {
            each.pane.hidden = each !== tab;
            this.draw(each);
        }
        tab.fit();
        if (tab.curtain.isShown) tab.curtain.focus(); else tab.terminal.focus();
        this.look(tab);
    }

    at(index) { this.select(this.#tabs[index]); }

    async remove(tab) {
        const asks = tab.isLive && tab.state === "ready";
        const text = "Whatever runs in its terminal is hung up.";
        if (asks && !(await confirmed(`End the session on ${tab.place.hostname}?`, text, "End session"))) return;
        const index = this.#tabs.indexOf(tab);
        this.#tabs.splice(index, 1);
        tab.element.remove();
        tab.close();
        if (this.#tabs.length === 0) return location.assign("/envoys");
        this.select(this.#tabs[Math.min(index, this.#tabs.length - 1)]);
    }

    #addButton(tab) {
        const element = document.createElement("div");
        element.className = "tab";
        const button = document.createElement("button");
        button.type = "button";
        button.setAttribute("role", "tab");
        const status = document.createElement("span");
        const name = document.createElement("span");
        name.className = "name";
        button.append(status, name);
        const close = document.createElement("button");
        close.type = "button";
        close.className = "close";
        close.textContent = "✕";
        element.append(button, close);
        button.addEventListener("click", () => this.select(tab));
        close.addEventListener("click", () => this.remove(tab));
        Object.assign(tab, { element, button, status, name, closer: close });
        tab.pane.id = `pane-${crypto.randomUUID()}`;
        button.setAttribute("aria-controls", tab.pane.id);
        this.#list.append(element);
    }

    draw(tab) {
        const number = this.#tabs.length > 1 ? `${this.#tabs.indexOf(tab) + 1} · ` : "";
        const words = `${number}${tab.place.hostname}${tab.title ? ` · ${tab.title}` : ""}${tab.hasRung ? " •" : ""}`;
        tab.name.textContent = words;
        tab.button.title = words;
        tab.closer.ariaLabel = `Close ${tab.place.hostname}`;
        tab.status.className = `status ${tab.state}`;
        tab.button.ariaSelected = String(tab === this.#current);
        tab.button.tabIndex = tab === this.#current ? 0 : -1;
        tab.pane.ariaLabel = tab.place.hostname;
    }
}
