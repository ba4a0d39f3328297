// Times as people say them, kept up to date; the date itself, in the reader's own zone, to hover over.

const steps = [[3600, 60, "min", "min"], [86400, 3600, "hour", "hours"], [86400 * 60, 86400, "day", "days"],
    [86400 * 730, 86400 * 30.44, "month", "months"], [Infinity, 86400 * 365.25, "year", "years"]];

export function distance(seconds) {
    const amount = Math.abs(seconds);
    if (amount < 45) return seconds >= -5 ? "just now" : "in a moment";
    const [, unit, one, many] = steps.find(([limit]) => amount < limit);
    const count = Math.max(1, Math.round(amount / unit));
    const words = `${count} ${count === 1 ? one : many}`;
    return seconds >= 0 ? `${words} ago` : `in ${words}`;
}

// 1:04:09, or 4:09.
export function clock(seconds) {
    const whole = Math.max(0, Math.floor(seconds));
    const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
    const two = (number) => String(number).padStart(2, "0");
    return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

export function refreshTimes(root = document) {
    const now = Date.now();
    for (const element of root.querySelectorAll("time[datetime]")) {
        const date = new Date(element.dateTime);
        if (Number.isNaN(date.getTime())) continue;
        const text = distance((now - date.getTime()) / 1000);
        if (element.textContent !== text) element.textContent = text;
        const full = date.toLocaleString(undefined, { dateStyle: "full", timeStyle: "long" });
        if (element.title !== full) element.title = full;
    }
}
