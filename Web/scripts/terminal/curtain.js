// What is said about a session, over its terminal: that it begins, that the connection is gone, how it ended and what can be done.

export class Curtain {
    #element;
    #timer = 0;

    constructor(pane) {
        this.#element = pane.querySelector(".curtain");
    }

    get isShown() { return !this.#element.hidden; }
    get hasFocus() { return this.#element.contains(document.activeElement); }

    hide() {
        clearInterval(this.#timer);
        this.#element.hidden = true;
    }

    // `actions` are { label, run, isMain }; `text` may be a function that is asked again each second.
    show({ kind = "", title, text = "", extra = null, actions = [] }) {
        clearInterval(this.#timer);
        const hadFocus = this.hasFocus;
        this.#element.className = `curtain ${kind}`;
        this.#element.querySelector("h2").textContent = title;
        const paragraph = this.#element.querySelector("p");
        const say = () => {
            const words = typeof text === "function" ? text() : text;
            if (paragraph.textContent !== words) paragraph.textContent = words;
        };
        say();
        if (typeof text === "function") this.#timer = setInterval(say, 250);
        this.#element.querySelector(".extra").replaceChildren(...(extra ? [extra] : []));
        this.#element.querySelector("menu").replaceChildren(...actions.map(({ label, run, isMain }) => {
            const button = document.createElement("button");
            button.type = "button";
            button.className = isMain ? "button primary" : "button";
            button.textContent = label;
            button.addEventListener("click", run);
            return button;
        }));
        this.#element.hidden = false;
        if (hadFocus) this.focus();
    }

    // Enter does what the curtain offers first.
    focus() { (this.#element.querySelector("textarea") ?? this.#element.querySelector(".primary"))?.focus(); }
}
