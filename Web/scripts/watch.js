// Looking on at another administrator's session: what they see, as they see it. They are told.

import { call, sentence, signInAgain } from "./api.js";
import { fit } from "./player/shape.js";
import { Connection } from "./terminal/connection.js";
import { Curtain } from "./terminal/curtain.js";
import { makeScreen } from "./terminal/screen.js";

const { session, user, hostname } = document.body.dataset;
const pane = document.querySelector(".pane");
const place = pane.querySelector(".screen");
const curtain = new Curtain(pane);
const people = document.querySelector("[data-people]");
const { terminal } = makeScreen(place, pane, { isReadOnly: true });
document.body.dataset.colours = "dark";
new ResizeObserver(() => fit(terminal, place)).observe(place);

function leave(title, text, kind = "") {
    people.textContent = "";
    curtain.show({ kind, title, text, actions: [{ label: "Back to the sessions", run: () => location.assign("/sessions"), isMain: true }] });
    curtain.focus();
}

const connection = new Connection(session, {
    attached() { curtain.hide(); },
    output: (bytes, done) => terminal.write(bytes, done),
    moved() {},
    watched(names) { people.textContent = names.length > 1 ? `${names.length} look on: ${names.join(", ")}` : ""; },
    resized(columns, rows) {
        terminal.resize(columns, rows);
        document.querySelector("[data-size]").textContent = `${columns} × ${rows}`;
        fit(terminal, place);
    },
    lost({ seconds }) {
        curtain.show({ kind: "waiting", title: "The connection is lost", text: `Trying again in ${seconds} s.`, actions: [] });
    },
    back() { curtain.hide(); },
    replaced() {},
    over({ reason }) { leave("The session has ended", sentence(reason)); },
    refused(error) { error.status === 401 ? signInAgain() : leave("There is nothing to watch", error.message, "starting bad"); },
}, { watches: true });

curtain.show({ kind: "starting", title: `Watching ${user} on ${hostname}`, text: "They are told that you look on." });
try {
    await call("POST", `/api/v1/scrier/sessions/${session}/watch`);
    connection.open();
} catch (error) {
    leave("There is nothing to watch", error.message, "starting bad");
}
