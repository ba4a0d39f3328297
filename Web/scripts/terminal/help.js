// What helps against the refusals that people meet.

import { call } from "../api.js";

const known = [
    [/SSH pubkey not authorized on this envoy/i,
        "No account there has your public key in its ~/.ssh/authorized_keys: add it to the one that you want to land in."],
    [/agent did not open TunnelStream/i, "The machine may be asleep, or its agent stopped: see the service vigo-envoy there."],
    [/not connected to this server|unreachable/i, "Once the machine is back, its agent connects by itself."],
    [/max_sessions/i, "The page Sessions shows which are open."],
    [/nobody was attached/i, "Nobody came back in time after the connection was lost."],
];

export function hints(reason) {
    return known.find(([pattern]) => pattern.test(reason))?.[1] ?? "";
}

// The form in which somebody without a stored key gives one.
export function askForKey(user, then) {
    const form = document.querySelector("#key-form").content.firstElementChild.cloneNode(true);
    const problem = form.querySelector(".problem");
    form.addEventListener("submit", async (event) => {
        event.preventDefault();
        problem.hidden = true;
        try {
            await call("PUT", `/api/v1/users/${encodeURIComponent(user)}`, { ssh_public_key: form.elements.key.value.trim() });
            then();
        } catch (error) {
            problem.textContent = error.message;
            problem.hidden = false;
        }
    });
    return form;
}
