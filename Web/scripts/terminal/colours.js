// The terminal's own colours, dark and light. Each stands out from its ground; xterm.js corrects what a program mixes.

export const colours = {
    dark: {
        background: "#11151b", foreground: "#dfe5ec", cursor: "#8db0ff", cursorAccent: "#11151b",
        selectionBackground: "#33507f", selectionInactiveBackground: "#5a4a1c",
        black: "#2a323d", red: "#ff8080", green: "#73d29a", yellow: "#e6bf6a", blue: "#7fa8ff", magenta: "#d79bf0", cyan: "#6bcbd6", white: "#ccd4de",
        brightBlack: "#8592a3", brightRed: "#ffa3a3", brightGreen: "#95e6b5", brightYellow: "#f3d48d", brightBlue: "#a6c3ff",
        brightMagenta: "#e6baf7", brightCyan: "#94e0e8", brightWhite: "#ffffff",
    },
    light: {
        background: "#ffffff", foreground: "#1a1f26", cursor: "#2350c9", cursorAccent: "#ffffff",
        selectionBackground: "#bcd0ff", selectionInactiveBackground: "#ffe39a",
        black: "#1a1f26", red: "#b8242b", green: "#16774a", yellow: "#8d5400", blue: "#2350c9", magenta: "#8a2ba6", cyan: "#0f6b78", white: "#5b6675",
        brightBlack: "#626d7c", brightRed: "#a3161d", brightGreen: "#0f633c", brightYellow: "#734400", brightBlue: "#1b41a8",
        brightMagenta: "#702089", brightCyan: "#0a5862", brightWhite: "#3a4350",
    },
};
