// Buttons and forms that change something: they call the REST API, say what came of it, and bring the page up to date.

import { call, signInAgain, APIError } from "./api.js";
import { confirmed, notify, showSecret } from "./notices.js";
import { refresh } from "./live.js";

async function press(button) {
    const { call: what, argument, confirm, text = "", ok = "OK", done, then } = button.dataset;
    if (confirm && !(await confirmed(confirm, text, ok))) return;
    const [method, path] = what.split(" ");
    button.ariaBusy = "true";
    try {
        await call(method, path.replace("{}", encodeURIComponent(argument ?? "")));
        if (then) return location.assign(then);
        if (done) notify(done);
    } catch (error) {
        if (error.status === 401) return signInAgain();
        notify(error.message, "bad");
    }
    button.ariaBusy = null;
    await refresh();
}

// A form's fields, as the API names them. What was left empty is not sent.
function fields(form) {
    const body = {};
    let path = form.dataset.send;
    for (const element of form.elements) {
        if (!element.name || (element.type === "radio" && !element.checked)) continue;
        const value = element.type === "password" ? element.value : element.value.trim();
        if ("path" in element.dataset) path = path.replace(`{${element.name}}`, encodeURIComponent(value));
        else if (value) body[element.name] = "number" in element.dataset ? Number(value) : value;
    }
    return { body, method: path.split(" ")[0], path: path.split(" ")[1] };
}

async function submit(form) {
    const problem = form.querySelector(".problem");
    const button = form.querySelector("[type=submit]");
    const { secret, note, command, done } = form.dataset;
    problem.hidden = true;
    button.disabled = true;
    try {
        const { method, path, body } = fields(form);
        const answer = await call(method, path, body);
        form.closest("dialog")?.close();
        form.reset();
        if (secret) await showSecret(secret, note, answer.token, command?.replace("{}", answer.token));
        if (done) notify(done);
        await refresh();
    } catch (error) {
        if (!(error instanceof APIError)) throw error;
        if (error.status === 401) return signInAgain();
        problem.textContent = error.message;
        problem.hidden = false;
    } finally {
        button.disabled = false;
    }
}

// Opens a dialog; `data-fill` says what its form begins with.
function open(button) {
    const dialog = document.getElementById(button.dataset.dialog);
    const form = dialog.querySelector("form");
    form.reset();
    form.querySelector(".problem").hidden = true;
    for (const [name, value] of new URLSearchParams(button.dataset.fill ?? "")) {
        const field = form.elements[name];
        if (field) field.value = value;
        for (const place of form.querySelectorAll(`[data-show="${name}"]`)) place.textContent = value;
    }
    dialog.showModal();
}

export function startActions() {
    document.addEventListener("click", (event) => {
        const button = event.target.closest("button");
        if (!button) return;
        if (button.dataset.call && button.ariaBusy !== "true") press(button);
        if (button.dataset.dialog) open(button);
        if ("close" in button.dataset) button.closest("dialog")?.close();
    });
    document.addEventListener("submit", (event) => {
        if (!event.target.dataset.send) return;
        event.preventDefault();
        submit(event.target);
    });
    const wanted = location.hash.slice(1) && document.querySelector(`[data-dialog="${CSS.escape(location.hash.slice(1))}"]`);
    if (wanted) open(wanted);
}
