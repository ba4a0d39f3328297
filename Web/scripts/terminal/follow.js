// A terminal shows its newest line until the person looks back, and only then stays where it is.
//
// xterm.js takes each scroll event of its viewport for the person's wish. One also comes when a program has wiped what scrolled away
// (`clear` does) and the page has become shorter; while output floods it comes late, and would pin the view to the oldest line kept.

// How long after the hand’s last movement a first event may still be its doing, in milliseconds.
const afterglow = 300;
const touches = ["wheel", "touchmove", "pointerdown", "pointerup", "pointercancel"];

export function followOutput(terminal, place) {
    let touchedAt = -Infinity;
    let isHeld = false;
    let wasAtEnd = true;
    const isAtEnd = () => terminal.buffer.active.viewportY === terminal.buffer.active.baseY;
    for (const kind of touches) {
        place.addEventListener(kind, () => {
            touchedAt = performance.now();
            isHeld = kind === "pointerdown" || (isHeld && kind !== "pointerup" && kind !== "pointercancel");
        }, { capture: true, passive: true });
    }
    // Some browsers never say that a scroll bar was let go: whoever types has.
    place.addEventListener("keydown", () => { isHeld = false; }, true);
    place.addEventListener("scroll", () => { wasAtEnd = isAtEnd(); }, true);
    // xterm.js has listened here for longer, and has followed the event by now.
    place.querySelector(".xterm-viewport").addEventListener("scroll", () => {
        const isPersons = isHeld || performance.now() - touchedAt < afterglow;
        if (wasAtEnd && !isPersons && !isAtEnd()) terminal.scrollToBottom();
    });
    // Where nothing is left to look back at, nobody does.
    terminal.parser.registerCsiHandler({ final: "J" }, (parameters) => {
        if (parameters[0] === 3 && terminal.buffer.active.type === "normal") terminal.scrollToBottom();
        return false;
    });
}
