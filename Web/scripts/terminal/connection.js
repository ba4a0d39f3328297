// A session's WebSocket, again and again: each time with a new ticket, from where the last one stopped.

import { call } from "../api.js";
import { Outgoing } from "./outgoing.js";

const ackBytes = 64 * 1024;
const ackDelay = 50;
// What a page that nobody sees may leave undrawn before the remote program has to wait: browsers let hidden pages do almost nothing.
const hiddenLimit = 8 * 1024 * 1024;
// Typed bytes are acknowledged within a moment; silence means that the network is gone and nobody said so.
const silence = 8000;
const delays = [0, 1, 2, 4, 8, 15];
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export class Connection {
    #id;
    #listener;
    #socket = null;
    #received;
    #drawn;
    #acknowledged;
    #ackTimer = 0;
    #retryTimer = 0;
    #attempt = 0;
    #isOver = false;
    #lostAt = 0;
    #typedAt = 0;
    #wantsScreen;
    #screen = null;
    #watches;
    outgoing = new Outgoing();

    // `listener` has attached(), output(bytes, done), moved(state), watched(names), lost({ seconds, since }), back(), replaced(), over(end)
    // and refused(error); and screen({ bytes, columns, rows }) for the picture of a session that goes on. `isNew` is a session that has shown
    // nothing yet; `watches` looks on at another's.
    constructor(id, listener, { isNew = false, watches = false } = {}) {
        // It becomes a part of paths that are asked for in the operator's name.
        if (!uuid.test(id)) throw new TypeError("that is no session");
        this.#id = id;
        this.#listener = listener;
        this.#wantsScreen = !isNew && !watches;
        this.#watches = watches;
        this.#received = this.#drawn = this.#acknowledged = 0;
        this.#watchTyping();
        this.online = () => { if (this.#retryTimer) this.retry(); };
        addEventListener("online", this.online);
    }

    get received() { return this.#received; }
    get isOpen() { return this.#socket?.readyState === WebSocket.OPEN; }

    async open() {
        clearTimeout(this.#retryTimer);
        this.#retryTimer = 0;
        let ticket;
        try {
            ({ ticket } = await call("POST", `/api/v1/scrier/sessions/${this.#id}/ticket`));
        } catch (error) {
            if (this.#isOver) return;
            if (error.status === 404) return this.#ask();
            // A server that restarts or is behind a proxy that restarts.
            if (error.status === 0 || error.status >= 500) return this.#lose();
            return this.#listener.refused(error);
        }
        if (this.#isOver) return;
        const address = new URL(`/ws/scrier/${this.#id}`, location.href);
        address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
        address.searchParams.set("ticket", ticket);
        if (this.#watches) address.searchParams.set("watch", "1");
        else if (this.#wantsScreen) address.searchParams.set("screen", "1");
        else if (this.#received > 0) address.searchParams.set("after", this.#received);
        const socket = new WebSocket(address);
        socket.binaryType = "arraybuffer";
        socket.onopen = () => this.#opened();
        socket.onmessage = ({ data }) => this.#message(socket, data);
        socket.onclose = ({ code }) => this.#closed(socket, code);
        this.#socket = socket;
    }

    // At once, and not when the countdown is over.
    retry() {
        this.#attempt = Math.max(1, this.#attempt);
        this.open();
    }

    type(bytes) {
        if (this.#isOver) return;
        if (this.outgoing.waiting === 0) this.#typedAt = Date.now();
        this.outgoing.add(bytes);
    }

    say(message) { if (this.isOpen) this.#socket.send(JSON.stringify(message)); }

    // The operator is done: the server ends the session.
    close() {
        this.#end();
        this.#socket?.close(1000);
    }

    #end() {
        this.#isOver = true;
        clearTimeout(this.#retryTimer);
        clearTimeout(this.#ackTimer);
        clearInterval(this.typingTimer);
        removeEventListener("online", this.online);
    }

    #opened() {
        this.#attempt = 0;
        // Each look at another's session is counted by itself.
        if (this.#watches) this.#received = this.#drawn = this.#acknowledged = 0;
        if (this.#lostAt) this.#listener.back();
        this.#lostAt = 0;
        this.#typedAt = Date.now();
        this.#listener.attached();
    }

    #message(socket, data) {
        if (socket !== this.#socket) return;
        if (data instanceof ArrayBuffer) return this.#output(new Uint8Array(data));
        const message = JSON.parse(data);
        switch (message.type) {
        case "ack":
            this.#typedAt = Date.now();
            return this.outgoing.acknowledge(message.bytes, socket);
        case "screen":
            this.#received = this.#drawn = this.#acknowledged = message.bytes;
            this.#wantsScreen = false;
            this.#screen = { columns: message.columns, rows: message.rows };
            return;
        case "resize": return this.#listener.resized(message.columns, message.rows);
        case "state": return this.#listener.moved(message.state);
        case "watchers": return this.#listener.watched(message.names ?? []);
        case "end":
            this.#end();
            return this.#listener.over({ reason: message.reason, status: message.exit_status, signal: message.signal });
        }
    }

    #output(bytes) {
        if (this.#screen) {
            // A picture, which stands for all that was shown so far, and does not count.
            this.#listener.screen({ bytes, ...this.#screen });
            this.#screen = null;
            return;
        }
        this.#received += bytes.length;
        this.#listener.output(bytes, () => {
            this.#drawn += bytes.length;
            this.#acknowledge();
        });
        if (document.hidden && this.#received - this.#drawn < hiddenLimit) this.#acknowledge();
    }

    // What was drawn is acknowledged, and with it the next output comes: a program that floods is as fast as this page draws.
    #acknowledge() {
        const total = this.#progress();
        if (total - this.#acknowledged >= ackBytes) return this.#sendAck();
        if (!this.#ackTimer && total > this.#acknowledged) this.#ackTimer = setTimeout(() => this.#sendAck(), ackDelay);
    }

    #progress() {
        return document.hidden && this.#received - this.#drawn < hiddenLimit ? this.#received : this.#drawn;
    }

    #sendAck() {
        clearTimeout(this.#ackTimer);
        this.#ackTimer = 0;
        const total = Math.max(this.#progress(), this.#acknowledged);
        if (!this.isOpen || total === this.#acknowledged) return;
        this.#acknowledged = total;
        this.say({ type: "ack", bytes: total });
    }

    #closed(socket, code) {
        if (socket !== this.#socket || this.#isOver) return;
        this.#socket = null;
        this.outgoing.disconnect();
        if (code === 4001) {
            this.#end();
            return this.#listener.replaced();
        }
        // What this page has cannot be continued: the screen as it is can.
        if (code === 4002) this.#wantsScreen = true;
        this.#lose();
    }

    #lose() {
        this.#lostAt ||= Date.now();
        const seconds = delays[Math.min(this.#attempt, delays.length - 1)];
        this.#attempt += 1;
        this.#retryTimer = setTimeout(() => this.open(), seconds * 1000);
        this.#listener.lost({ seconds, since: this.#lostAt });
    }

    // Nobody knows the session any more: its record says how it ended.
    async #ask() {
        let reason = "the session is over";
        try {
            const session = await call("GET", `/api/v1/scrier/sessions/${this.#id}`);
            reason = session.reason ?? reason;
        } catch (error) {
            if (error.status === 0) return this.#lose();
        }
        this.#end();
        this.#listener.over({ reason });
    }

    // Silence after a large paste may be a program that does not read: then only a server that does not answer elsewhere either is gone.
    #watchTyping() {
        this.typingTimer = setInterval(async () => {
            const socket = this.#socket;
            if (!this.isOpen || this.outgoing.waiting === 0 || Date.now() - this.#typedAt < silence) return;
            this.#typedAt = Date.now();
            const isThere = await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(4000) }).then(() => true, () => false);
            if (socket !== this.#socket || this.outgoing.waiting === 0 || (isThere && this.outgoing.isBulk)) return;
            this.#closed(socket, 0);
            socket.close();
        }, 1000);
    }
}
