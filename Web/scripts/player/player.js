// Plays a recording on a terminal. Time is the recording's own; what speed and skipping do is how fast it goes by.

import { size } from "./cast.js";

// Longer than this nothing happened, and skipping goes on at what comes next.
const idle = 1.5;
const most = 256 * 1024;

export class Player {
    #terminal;
    #cast;
    #at = 0;
    #next = 0;
    #frame = 0;
    #before = 0;
    #drawing = Promise.resolve();
    speed = 1;
    skipsIdle = true;

    // `changed` is called whenever time or state is another.
    constructor(terminal, cast, changed, resized) {
        this.#terminal = terminal;
        this.#cast = cast;
        this.changed = changed;
        this.resized = resized;
        this.#reset();
    }

    get time() { return this.#at; }
    get duration() { return this.#cast.duration; }
    get isPlaying() { return this.#frame !== 0; }
    get isAtEnd() { return this.#next >= this.#cast.events.length; }

    async play() {
        if (this.isPlaying) return;
        if (this.isAtEnd) await this.seek(0);
        this.#before = performance.now();
        this.#frame = requestAnimationFrame((now) => this.#tick(now));
        this.changed();
    }

    pause() {
        cancelAnimationFrame(this.#frame);
        this.#frame = 0;
        this.changed();
    }

    toggle() { return this.isPlaying ? this.pause() : this.play(); }

    // The screen as it was then.
    seek(time) {
        this.#drawing = this.#drawing.then(async () => {
            const target = Math.min(Math.max(0, time), this.duration);
            if (target < this.#at) this.#reset();
            this.#at = target;
            await this.#drawUntil(target);
            this.#before = performance.now();
            this.changed();
        });
        return this.#drawing;
    }

    #reset() {
        this.#terminal.reset();
        this.#terminal.resize(this.#cast.columns, this.#cast.rows);
        this.resized();
        this.#next = 0;
        this.#at = 0;
    }

    async #tick(now) {
        const passed = (now - this.#before) / 1000;
        this.#before = now;
        this.#at = Math.min(this.duration, this.#at + passed * this.speed);
        const next = this.#cast.events[this.#next];
        if (this.skipsIdle && next && next.time - this.#at > idle) this.#at = next.time - idle / 3;
        this.#drawing = this.#drawing.then(() => this.#drawUntil(this.#at));
        await this.#drawing;
        this.changed();
        if (!this.isPlaying) return;
        if (this.isAtEnd) {
            this.#at = this.duration;
            return this.pause();
        }
        this.#frame = requestAnimationFrame((later) => this.#tick(later));
    }

    async #drawUntil(time) {
        const { events } = this.#cast;
        let text = "";
        while (this.#next < events.length && events[this.#next].time <= time) {
            const { kind, data } = events[this.#next];
            this.#next += 1;
            if (kind === "o") text += data;
            const resize = kind === "r" ? size(data) : null;
            if (text && (resize || text.length > most)) {
                await this.#write(text);
                text = "";
            }
            if (resize) {
                this.#terminal.resize(resize.columns, resize.rows);
                this.resized();
            }
        }
        if (text) await this.#write(text);
    }

    #write(text) { return new Promise((resolve) => this.#terminal.write(text, resolve)); }
}
