// Makes a terminal of another's size fit the room that there is.

export const fittingSize = 14;

// Scales the text until all columns and rows are to be seen.
export function fit(terminal, place) {
    const screen = place.querySelector(".xterm-screen");
    if (!screen || place.clientWidth === 0) return;
    const now = terminal.options.fontSize;
    const width = screen.offsetWidth / now;
    const height = screen.offsetHeight / now;
    const style = getComputedStyle(place);
    const room = {
        width: place.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) - 16,
        height: place.clientHeight - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom),
    };
    const size = Math.min(room.width / width, room.height / height, 24);
    terminal.options.fontSize = Math.max(4, Math.floor(size * 4) / 4);
}
