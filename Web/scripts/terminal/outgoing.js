// What was typed and pasted, from the session's first byte on: sent as fast as the server takes it, and kept until it has. A connection
// that comes back says how far the server got, and the rest follows: nothing is lost and nothing typed twice.

const chunk = 16 * 1024;
const window = 256 * 1024;
const bulk = 128 * 1024;
const bulkLasts = 5 * 60 * 1000;

export class Outgoing {
    #chunks = [];
    #taken = 0;
    #sent = 0;
    #end = 0;
    #socket = null;
    #bulkAt = -Infinity;
    onProgress = () => {};

    get waiting() { return this.#end - this.#taken; }
    get end() { return this.#end; }
    // So much was pasted lately that a program may still have to read it.
    get isBulk() { return Date.now() - this.#bulkAt < bulkLasts; }
    get taken() { return this.#taken; }

    add(bytes) {
        for (let start = 0; start < bytes.length; start += chunk) {
            const part = bytes.subarray(start, start + chunk);
            this.#chunks.push({ start: this.#end, bytes: part });
            this.#end += part.length;
        }
        if (this.waiting > bulk) this.#bulkAt = Date.now();
        this.#flush();
    }

    // The server has `total` bytes. The first time on a connection it is also where to go on.
    acknowledge(total, socket) {
        if (total < this.#taken || total > this.#end) total = Math.min(Math.max(total, this.#taken), this.#end);
        this.#taken = total;
        while (this.#chunks[0] && this.#chunks[0].start + this.#chunks[0].bytes.length <= total) this.#chunks.shift();
        if (this.#socket !== socket) {
            this.#socket = socket;
            this.#sent = total;
        }
        this.#sent = Math.max(this.#sent, total);
        this.onProgress();
        this.#flush();
    }

    disconnect() { this.#socket = null; }

    // Forgets what has not been sent, and says how much that was.
    drop() {
        const from = this.#socket ? this.#sent : this.#taken;
        this.#chunks = this.#chunks.filter(({ start }) => start < from)
            .map(({ start, bytes }) => ({ start, bytes: bytes.subarray(0, from - start) }));
        const dropped = this.#end - from;
        this.#end = from;
        this.onProgress();
        return dropped;
    }

    #flush() {
        if (this.#socket?.readyState !== WebSocket.OPEN) return;
        for (const { start, bytes } of this.#chunks) {
            if (this.#sent - this.#taken >= window) return;
            if (start + bytes.length <= this.#sent) continue;
            this.#socket.send(this.#sent > start ? bytes.subarray(this.#sent - start) : bytes);
            this.#sent = start + bytes.length;
        }
    }
}
