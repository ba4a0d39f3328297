// An xterm.js terminal as this console sets it up.

import { FitAddon, Terminal, WebLinksAddon } from "../../vendor/xterm.js";
import { terminalDocument } from "./document.js";
import { colours } from "./colours.js";
import { followOutput } from "./follow.js";
import { followLink, isWebAddress, showTarget } from "./links.js";

export const fontFamily = 'ui-monospace, "SF Mono", "Cascadia Code", Menlo, Consolas, "DejaVu Sans Mono", monospace';
export const scrollback = 10000;

// `place` is the element that it fills; `pane` is where a link's target is shown.
export function makeScreen(place, pane, { fontSize, scheme, columns, rows, isReadOnly = false } = {}) {
    const terminal = new Terminal({
        documentOverride: terminalDocument,
        allowProposedApi: true,
        cols: columns ?? 80,
        rows: rows ?? 24,
        cursorBlink: !isReadOnly && !matchMedia("(prefers-reduced-motion: reduce)").matches,
        cursorInactiveStyle: isReadOnly ? "none" : "outline",
        disableStdin: isReadOnly,
        fontFamily,
        fontSize: fontSize ?? 14,
        lineHeight: 1.15,
        macOptionIsMeta: true,
        minimumContrastRatio: 4.5,
        scrollback,
        theme: colours[scheme ?? "dark"],
        linkHandler: {
            activate: (event, address) => followLink(address),
            hover: (event, address) => showTarget(pane, address),
            leave: () => showTarget(pane, null),
            allowNonHttpProtocols: false,
        },
    });
    const fit = new FitAddon();
    terminal.loadAddon(fit);
    terminal.loadAddon(new WebLinksAddon((event, address) => followLink(address), {
        hover: (event, address) => showTarget(pane, address),
        leave: () => showTarget(pane, null),
    }));
    terminal.open(place);
    followOutput(terminal, place);
    return { terminal, fit };
}

export { isWebAddress };
