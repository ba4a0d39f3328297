// Has the chain verified, and says so above the records.

import { call } from "./api.js";

const place = document.querySelector("#verdict");

function say(state, kind, text) {
    place.dataset.state = state;
    const status = document.createElement("span");
    status.className = `status ${kind}`;
    status.textContent = text;
    place.replaceChildren(status);
}

try {
    const result = await call("GET", "/api/v1/audit/verify");
    const count = result.records.toLocaleString();
    if (result.valid) say("good", "good", `The chain is whole: ${count} records, none of them changed.`);
    else say("bad", "failed", `The log was tampered with: record ${result.first_broken} is the first that is not as it was written. ${result.problem ?? ""}`);
} catch (error) {
    say("unknown", "waiting", `The chain could not be verified. ${error.message}`);
}
