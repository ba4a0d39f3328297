// How somebody likes their terminals; kept in this browser.

const sizes = { least: 8, usual: 14, most: 32 };

function read(name) {
    try { return localStorage.getItem(`vigo-${name}`); } catch { return null; }
}

function write(name, value) {
    // A browser that keeps nothing still shows terminals.
    try { localStorage.setItem(`vigo-${name}`, value); } catch { /* as usual next time */ }
}

const bounded = (size) => Math.min(sizes.most, Math.max(sizes.least, size));

export const settings = {
    get fontSize() { return bounded(Number(read("font-size")) || sizes.usual); },
    set fontSize(size) { write("font-size", size === null ? sizes.usual : bounded(size)); },
    get scheme() { return read("terminal-colours") === "light" ? "light" : "dark"; },
    set scheme(name) { write("terminal-colours", name); },
};
