// Searching what a terminal has shown.

const most = 1000;

// Every place where `text` stands, oldest first: { line, column, length }. A line that the terminal wrapped is one line.
export function findAll(terminal, text) {
    const wanted = text.toLowerCase();
    const matches = [];
    if (!wanted) return matches;
    const buffer = terminal.buffer.active;
    let start = 0;
    while (start < buffer.length && matches.length < most) {
        let end = start + 1;
        while (end < buffer.length && buffer.getLine(end)?.isWrapped) end += 1;
        const { letters, cells } = logicalLine(buffer, start, end);
        const found = letters.toLowerCase();
        // Lower case that is longer than its capital would shift everything behind it.
        const haystack = found.length === letters.length ? found : letters;
        for (let at = haystack.indexOf(wanted); at >= 0 && matches.length < most; at = haystack.indexOf(wanted, at + wanted.length)) {
            const [first, last] = [cells[at], cells[at + wanted.length - 1]];
            matches.push({
                line: start + Math.floor(first / terminal.cols), column: first % terminal.cols, length: last - first + 1,
            });
        }
        start = end;
    }
    return matches;
}

// The text of a line, and for each letter the cell that it stands in.
function logicalLine(buffer, start, end) {
    let letters = "";
    const cells = [];
    let cell;
    for (let y = start; y < end; y += 1) {
        const line = buffer.getLine(y);
        for (let x = 0; x < line.length; x += 1) {
            cell = line.getCell(x, cell);
            if (cell.getWidth() === 0) continue;
            const chars = cell.getChars() || " ";
            for (let index = 0; index < chars.length; index += 1) cells.push((y - start) * line.length + x);
            letters += chars;
        }
    }
    return { letters, cells };
}

// The bar below the tabs. `current` gives the terminal that is looked at.
export function startFind(bar, current) {
    const field = bar.querySelector("input");
    const output = bar.querySelector("output");
    let matches = [];
    let at = -1;

    const show = () => {
        const terminal = current();
        const match = matches[at];
        if (!match) {
            terminal?.clearSelection();
            output.textContent = field.value ? "Not found" : "";
            return;
        }
        terminal.select(match.column, match.line, match.length);
        terminal.scrollToLine(Math.max(0, match.line - Math.floor(terminal.rows / 2)));
        output.textContent = `${at + 1} of ${matches.length}${matches.length === most ? "+" : ""}`;
    };
    const search = () => {
        const terminal = current();
        matches = terminal ? findAll(terminal, field.value) : [];
        // The newest first: it is what somebody has just seen go by.
        at = matches.length - 1;
        show();
    };
    const step = (by) => {
        if (matches.length > 0) at = (at + by + matches.length) % matches.length;
        show();
    };
    const close = () => {
        bar.hidden = true;
        current()?.clearSelection();
        current()?.focus();
    };
    field.addEventListener("input", search);
    bar.addEventListener("submit", (event) => { event.preventDefault(); step(-1); });
    bar.addEventListener("keydown", (event) => {
        if (event.key === "Escape") close();
        else if (event.key === "Enter" && event.shiftKey) { event.preventDefault(); step(1); }
    });
    bar.querySelector("[data-previous]").addEventListener("click", () => step(-1));
    bar.querySelector("[data-next]").addEventListener("click", () => step(1));
    bar.querySelector("[data-close]").addEventListener("click", close);
    return {
        open() {
            bar.hidden = false;
            field.focus();
            field.select();
            if (field.value) search();
        },
    };
}
