// Light or dark. What was chosen is in a cookie, so that the server writes it into the page and nothing flickers.

export function toggleTheme() {
    const root = document.documentElement;
    const isDark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = isDark ? "light" : "dark";
    document.cookie = `vigo-theme=${root.dataset.theme}; Path=/; Max-Age=31536000; SameSite=Strict; Secure`;
}
