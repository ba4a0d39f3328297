// Signing in. Somebody who followed a link from elsewhere may be signed in although the browser kept the cookie to itself: then on to it.

import { call, APIError } from "./api.js";

const form = document.querySelector("#signin");
const problem = form.querySelector(".problem");
const goOn = () => location.replace(form.dataset.next);
// Whoever was led here by another site's link is asked before anything begins.
const asking = "elsewhere" in form.dataset ? "#ask" : "";

function say(text) {
    problem.textContent = text;
    problem.hidden = false;
}

form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { username, password } = form.elements;
    const missing = [username, password].find((field) => !field.value);
    if (missing) {
        say(missing === username ? "Your user name is missing." : "Your password is missing.");
        return missing.focus();
    }
    const button = form.querySelector("button");
    button.disabled = true;
    problem.hidden = true;
    try {
        await call("POST", "/api/v1/login", { username: username.value.trim(), password: password.value });
        goOn();
    } catch (error) {
        if (!(error instanceof APIError)) throw error;
        say(error.message);
        password.select();
        password.focus();
    } finally {
        button.disabled = false;
    }
});

call("GET", "/api/v1/login").then(() => location.replace(form.dataset.next + asking), () => {});
