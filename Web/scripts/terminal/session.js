// One tab: a terminal, and the session behind it, from asked for to ended.

import { call, sentence, signInAgain } from "../api.js";
import { notify } from "../notices.js";
import { Connection } from "./connection.js";
import { Curtain } from "./curtain.js";
import { cleanTitle, guardClipboard } from "./escapes.js";
import { askForKey, hints } from "./help.js";
import { guardPaste, showTransfer } from "./paste.js";
import { makeScreen } from "./screen.js";

const waiting = "The envoy’s agent is asked for a connection …";
const encoder = new TextEncoder();
// Brings a terminal back from whatever a program that is gone had switched on, without wiping what it showed.
const calm = "\u001b[?1000;1002;1003;1004;1006;2004l\u001b[?25h\u001b[?7h\u001b[!p\u001b[0m";

export class SessionTab {
    id = null;
    state = "waiting";
    title = "";
    people = [];
    isRecorded = false;
    hasRung = false;
    #connection = null;
    #isOpening = false;

    // `place` is { envoy, hostname, protocol, grace }; `changed` is called when the tab says something new about itself.
    constructor(place, pane, settings, changed) {
        this.place = place;
        this.pane = pane;
        this.changed = changed;
        this.curtain = new Curtain(pane);
        const screen = pane.querySelector(".screen");
        const { terminal, fit } = makeScreen(screen, pane, settings);
        this.terminal = terminal;
        this.fitAddon = fit;
        guardPaste(terminal, screen);
        guardClipboard(terminal, pane, (text) => this.copy(text));
        terminal.onData((text) => this.type(encoder.encode(text)));
        terminal.onBinary((text) => this.type(Uint8Array.from(text, (letter) => letter.charCodeAt(0))));
        terminal.onResize(({ cols, rows }) => { this.#tellSize(cols, rows); changed(this); });
        terminal.onTitleChange((title) => { this.title = cleanTitle(title); changed(this); });
        terminal.onBell(() => { this.hasRung = true; changed(this); });
        this.observer = new ResizeObserver(() => this.fit());
        this.observer.observe(screen);
    }

    get isLive() { return this.#connection !== null; }
    // Its operator has to sign in again; the session waits.
    get isSignedOut() { return this.isLive && this.state === "failed"; }

    fit() { if (!this.pane.hidden) this.fitAddon.fit(); }
    type(bytes) { this.#connection?.type(bytes); }

    async copy(text = this.terminal.getSelection()) {
        if (!text) return;
        try {
            await navigator.clipboard.writeText(text);
        } catch {
            notify("The browser did not allow copying.", "bad");
        }
    }

    // Another site's link led here: nothing begins by itself. `id` is the session that the link is to, if it is to one.
    ask(id) {
        this.#set("closed");
        const open = () => {
            if (!id) return this.start();
            this.#uncover();
            this.attach(id);
        };
        this.curtain.show({
            kind: "starting", title: id ? `Go back to a session on ${this.place.hostname}?` : `Open a session on ${this.place.hostname}?`,
            text: "A link on another page led you here.",
            actions: [{ label: "Open", run: open, isMain: true }, { label: "Close", run: () => this.changed(this, "close") }],
        });
        this.curtain.focus();
    }

    // Asks for a new session.
    async start() {
        this.terminal.focus();
        this.#set("waiting");
        this.#opening(waiting);
        this.fit();
        try {
            const answer = await call("POST", "/api/v1/scrier/connect", {
                envoy_id: this.place.envoy, protocol: this.place.protocol, port: this.place.port || undefined,
                login: this.place.login || undefined, columns: this.terminal.cols, rows: this.terminal.rows,
            });
            this.isRecorded = answer.recorded === true;
            this.attach(answer.session_id, { isNew: true });
        } catch (error) {
            this.#refused(error);
        }
    }

    // Goes on with one that exists.
    attach(id, options = {}) {
        this.id = id;
        this.#connection = new Connection(id, this, options);
        showTransfer(this.terminal, this.pane, this.#connection);
        this.#connection.open();
        this.changed(this);
    }

    close() {
        this.#connection?.close();
        this.observer.disconnect();
        this.terminal.dispose();
        this.pane.remove();
    }

    again() {
        this.terminal.write("\r\n");
        this.start();
        this.terminal.focus();
    }

    // What the connection tells.

    attached() { this.#tellSize(this.terminal.cols, this.terminal.rows); }

    output(bytes, done) {
        if (this.#isOpening) this.#opened();
        this.terminal.write(bytes, done);
    }

    // The screen of a session that goes on, as the server knows it.
    screen({ bytes, columns, rows }) {
        this.#opened();
        // A model of the screen that is not there is no reason to wipe what is.
        if (bytes.length > 0) {
            this.terminal.reset();
            this.terminal.resize(columns, rows);
            this.terminal.write(bytes, () => this.fit());
        }
        this.#tellSize(this.terminal.cols, this.terminal.rows);
    }

    // How far the session has come.
    moved(state) {
        if (state === "closed" || state === "failed") return;
        if (state === "ready") this.#opened();
        else if (this.#isOpening) this.#opening(state === "connecting" ? "The envoy answers; logging in …" : waiting);
        this.#set(state);
    }

    watched(names) {
        this.people = names;
        this.changed(this);
    }

    lost({ seconds, since }) {
        this.#isOpening = false;
        this.#set("connecting");
        const next = Date.now() + seconds * 1000;
        const left = (until) => Math.max(0, Math.ceil((until - Date.now()) / 1000));
        const text = () => {
            const kept = left(since + this.place.grace * 1000);
            const again = left(next);
            return (again > 0 ? `Trying again in ${again} s. ` : "Trying again now. ")
                + (kept > 0 ? `The session is kept for ${kept} s more; what is typed meanwhile is sent later.`
                    : "The server has probably ended the session by now.");
        };
        this.curtain.show({
            kind: "waiting", title: "The connection is lost", text,
            actions: [{ label: "Try now", run: () => this.#connection?.retry(), isMain: true }],
        });
    }

    back() { this.#uncover(); }

    replaced() {
        const id = this.id;
        this.#gone("closed");
        this.curtain.show({
            kind: "waiting", title: "The session went to another place",
            text: "It was attached to from another window or terminal.",
            actions: [
                { label: "Take it back", run: () => { this.#uncover(); this.attach(id); }, isMain: true },
                { label: "Close", run: () => this.changed(this, "close") },
            ],
        });
    }

    refused(error) { this.#refused(error); }

    over({ reason, status, signal }) {
        const isAlternate = this.terminal.buffer.active.type === "alternate";
        this.terminal.write(isAlternate ? `\u001b[?1049l${calm}` : calm);
        const isGood = status === 0;
        const hasBegun = this.#connection?.received > 0;
        this.#gone(isGood ? "closed" : "failed");
        const hint = hints(reason, this.place);
        this.curtain.show({
            kind: hasBegun ? (isGood ? "" : "bad") : "starting bad",
            title: hasBegun ? "The session has ended" : `No session on ${this.place.hostname}`,
            text: sentence(reason) + (hint ? ` ${hint}` : ""),
            actions: [
                { label: "Reconnect", run: () => this.again(), isMain: true },
                { label: "Close", run: () => this.changed(this, "close") },
            ],
        });
        if (!this.pane.hidden) this.curtain.focus();
    }

    #refused(error) {
        if (error.status === 401) {
            this.#set("failed");
            return this.curtain.show({
                kind: "starting bad", title: "You are signed out",
                text: "Signing in takes you back to this session, as long as it is kept.",
                actions: [{ label: "Sign in", run: signInAgain, isMain: true }],
            });
        }
        this.#gone("failed");
        const isKeyMissing = error.code === "no_public_key";
        this.curtain.show({
            kind: "starting bad", title: isKeyMissing ? "No SSH pubkey available" : `No session on ${this.place.hostname}`,
            text: isKeyMissing ? "" : error.message,
            extra: isKeyMissing ? askForKey(this.place.user, () => this.again()) : null,
            actions: isKeyMissing ? [] : [
                { label: "Try again", run: () => this.again(), isMain: true },
                { label: "Close", run: () => this.changed(this, "close") },
            ],
        });
        if (!this.pane.hidden) this.curtain.focus();
    }

    #opening(text) {
        this.#isOpening = true;
        this.curtain.show({ kind: "starting", title: `Opening ${this.place.hostname}`, text });
    }

    #opened() {
        if (this.#isOpening) this.#uncover();
        this.#isOpening = false;
    }

    // Whoever pressed a button over the terminal types into it next.
    #uncover() {
        const hadFocus = this.curtain.hasFocus;
        this.curtain.hide();
        if (hadFocus) this.terminal.focus();
    }

    #gone(state) {
        this.#isOpening = false;
        this.#connection?.outgoing.disconnect();
        this.#connection = null;
        this.people = [];
        this.#set(state);
    }

    #set(state) {
        this.state = state;
        this.changed(this);
    }

    #tellSize(columns, rows) { this.#connection?.say({ type: "resize", columns, rows }); }
}
