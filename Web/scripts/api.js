// The REST API, as pages use it: by the browser's cookie, with the page's token against forged requests.

export class APIError extends Error {
    constructor(status, code, message) {
        super(message);
        this.status = status;
        this.code = code;
    }
}

const csrf = () => document.querySelector('meta[name="vigo-csrf"]')?.content ?? "";

// The answer's JSON; nothing where there is none.
export async function call(method, path, body) {
    const headers = { Accept: "application/json" };
    if (method !== "GET") headers["X-CSRF-Token"] = csrf();
    if (body !== undefined) headers["Content-Type"] = "application/json";
    let answer;
    try {
        answer = await fetch(path, {
            method, headers, credentials: "same-origin", cache: "no-store",
            body: body === undefined ? undefined : JSON.stringify(body),
        });
    } catch {
        throw new APIError(0, "unreachable", "The server cannot be reached.");
    }
    const isJSON = answer.headers.get("Content-Type")?.startsWith("application/json");
    const value = isJSON ? await answer.json().catch(() => null) : null;
    if (answer.ok) return value;
    const error = value?.error;
    throw new APIError(answer.status, error?.code ?? "failed", sentence(error?.message ?? `The server answered ${answer.status}.`));
}

// Nobody is signed in any more: back to where that is done, and from there to here.
export function signInAgain() {
    location.assign("/login?next=" + encodeURIComponent(location.pathname + location.search));
}

// As people write one.
export function sentence(text) {
    const whole = text.trim();
    const first = whole.charAt(0).toUpperCase() + whole.slice(1);
    return /[.!?…:]$/.test(first) ? first : first + ".";
}
