"""What a page looks like, in numbers: contrast, names, overflow."""

# Every text that is to be seen, against what lies behind it (WCAG 2.2, 1.4.3). Partly transparent colours are mixed as browsers do.
CONTRAST = """
() => {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    canvas.canvas.width = canvas.canvas.height = 1;
    const rgba = (color) => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = color;
        canvas.fillRect(0, 0, 1, 1);
        const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
        return { r, g, b, a: a / 255 };
    };
    const over = (top, below) => ({
        r: top.r * top.a + below.r * (1 - top.a), g: top.g * top.a + below.g * (1 - top.a), b: top.b * top.a + below.b * (1 - top.a), a: 1,
    });
    const light = ({ r, g, b }) => [r, g, b].map((value) => {
        const part = value / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    }).reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
    const ratio = (one, other) => {
        const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
        return (high + 0.05) / (low + 0.05);
    };
    const ground = (element) => {
        const layers = [];
        for (let at = element; at; at = at.parentElement) layers.push(rgba(getComputedStyle(at).backgroundColor));
        return layers.reverse().reduce((below, layer) => over(layer, below), { r: 255, g: 255, b: 255, a: 1 });
    };
    const poor = [];
    const seen = new Set();
    const check = (element, text, style) => {
        const box = element.getBoundingClientRect();
        if (!text.trim() || box.width < 2 || box.height < 2 || style.visibility !== "visible" || Number(style.opacity) === 0) return;
        if (element.closest(".visually-hidden, [disabled], .xterm, [aria-hidden=true]:not(.glyph)")) return;
        const size = parseFloat(style.fontSize);
        const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
        const behind = ground(element);
        const found = ratio(over(rgba(style.color), behind), behind);
        const words = `${found.toFixed(2)}: ${element.tagName.toLowerCase()}.${element.className} "${text.trim().slice(0, 40)}"`;
        if (found < (isLarge ? 3 : 4.5) && !seen.has(words)) {
            seen.add(words);
            poor.push(words);
        }
    };
    for (const element of document.querySelectorAll("body *")) {
        if (!element.checkVisibility()) continue;
        const text = [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data).join("");
        check(element, text, getComputedStyle(element));
        if (element.placeholder && !element.value) check(element, element.placeholder, getComputedStyle(element, "::placeholder"));
    }
    return poor;
}
"""

# Edges by which people find controls (1.4.11).
EDGES = """
() => [...document.querySelectorAll("input:not([type=range], [type=radio], [type=checkbox], [type=hidden]), select, textarea")]
    .filter((element) => element.checkVisibility() && parseFloat(getComputedStyle(element).borderTopWidth) < 1)
    .map((element) => element.outerHTML.slice(0, 120))
"""

# What can be pressed has a name, and room for a finger or a shaky hand (2.5.8).
CONTROLS = """
() => {
    const bad = [];
    for (const element of document.querySelectorAll("button, a[href], input:not([type=hidden]), select, textarea")) {
        if (!element.checkVisibility()) continue;
        const label = element.labels?.[0]?.textContent ?? "";
        const name = (element.ariaLabel ?? "") + element.textContent + label + (element.title ?? "");
        if (!name.trim()) bad.push(`has no name: ${element.outerHTML.slice(0, 120)}`);
        const box = element.getBoundingClientRect();
        const isInText = element.matches("a") && getComputedStyle(element).display === "inline";
        const isCovered = element.matches("[type=radio], [type=checkbox]");
        const isAside = element.closest(".xterm, .skip") || element.matches(".skip");
        if (!isInText && !isCovered && !isAside && (box.width < 24 || box.height < 24)) {
            bad.push(`is ${box.width} x ${box.height}: ${element.outerHTML.slice(0, 120)}`);
        }
        if (element.tabIndex > 0) bad.push(`jumps the queue: ${element.outerHTML.slice(0, 120)}`);
    }
    if (document.querySelectorAll("h1").length > 1) bad.push("more than one h1");
    if (!document.documentElement.lang) bad.push("no language");
    if (!document.querySelector("main")) bad.push("no main");
    return bad;
}
"""

OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
