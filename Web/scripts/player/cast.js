// An asciicast v2 file: a header, and then one event a line.

// { columns, rows, duration, events: [{ time, kind, data }] }; `progress` is told how many bytes have come.
export async function loadCast(address, progress = () => {}) {
    const answer = await fetch(address, { cache: "no-store" });
    if (!answer.ok) {
        const body = await answer.json().catch(() => null);
        throw new Error(body?.error?.message ?? `the server answered ${answer.status}`);
    }
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    const parser = new CastParser();
    let count = 0;
    for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        parser.take(value);
        count += value.length;
        progress(count);
    }
    return parser.finish();
}

export class CastParser {
    #rest = "";
    #header = null;
    #events = [];

    take(text) {
        const lines = (this.#rest + text).split("\n");
        this.#rest = lines.pop();
        for (const line of lines) this.#line(line);
    }

    finish() {
        // The last line of a recording that was cut short may be half a line.
        if (this.#rest) try { this.#line(this.#rest); } catch { /* what is before it counts */ }
        if (!this.#header) throw new Error("the recording is empty");
        const { width, height } = this.#header;
        return {
            columns: bounded(width, 80), rows: bounded(height, 24), events: this.#events,
            duration: this.#events.at(-1)?.time ?? 0,
        };
    }

    #line(line) {
        if (!line.trim()) return;
        if (!this.#header) {
            this.#header = JSON.parse(line);
            if (this.#header?.version !== 2) throw new Error("the recording is not an asciicast of version 2");
            return;
        }
        const [time, kind, data] = JSON.parse(line);
        const last = this.#events.at(-1)?.time ?? 0;
        if (typeof data === "string") this.#events.push({ time: Math.max(last, Number(time) || 0), kind, data });
    }
}

const bounded = (value, usual) => (Number.isInteger(value) && value > 0 && value <= 1000 ? value : usual);

// The size in a resize event, `120x40`; null for nonsense.
export function size(data) {
    const match = /^(\d{1,4})x(\d{1,4})$/.exec(data);
    return match ? { columns: bounded(Number(match[1]), 80), rows: bounded(Number(match[2]), 24) } : null;
}
