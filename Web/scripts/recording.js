// The page of one recording.

import { call } from "./api.js";
import { notify } from "./notices.js";
import { loadCast } from "./player/cast.js";
import { Player } from "./player/player.js";
import { fit } from "./player/shape.js";
import { clock } from "./times.js";
import { makeScreen } from "./terminal/screen.js";

const root = document.querySelector(".player");
const { recording } = root.dataset;
const base = `/api/v1/scrier/recordings/${recording}`;
const find = (selector) => root.querySelector(selector);
const [screen, slider, play, time, state] = [".theatre", "[data-seek]", "[data-play]", "[data-time]", "[data-state]"].map(find);
const speeds = [0.5, 1, 2, 4, 8, 16];

const { terminal } = makeScreen(screen, root, { isReadOnly: true, columns: 80, rows: 24 });
let player = null;

function draw() {
    play.ariaLabel = player.isPlaying ? "Pause" : "Play";
    play.classList.toggle("playing", player.isPlaying);
    time.textContent = `${clock(player.time)} / ${clock(player.duration)}`;
    slider.value = player.time;
    slider.ariaValueText = clock(player.time);
}

function setSpeed(speed) {
    player.speed = speed;
    find("[data-speed]").value = String(speed);
}

function faster(step) {
    const at = speeds.indexOf(player.speed) + step;
    if (speeds[at]) setSpeed(speeds[at]);
}

function listen() {
    play.addEventListener("click", () => player.toggle());
    slider.addEventListener("input", () => player.seek(Number(slider.value)));
    find("[data-speed]").addEventListener("change", (event) => setSpeed(Number(event.target.value)));
    find("[data-idle]").addEventListener("change", (event) => { player.skipsIdle = event.target.checked; });
    find("[data-full]").addEventListener("click", () => (document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen()));
    screen.addEventListener("click", () => player.toggle());
    new ResizeObserver(() => fit(terminal, screen)).observe(screen);
    document.addEventListener("keydown", (event) => {
        if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
        if (event.target.closest("input:not([type=range]), select, textarea, a") || (event.key === " " && event.target.closest("button"))) return;
        const action = {
            " ": () => player.toggle(), ArrowLeft: () => player.seek(player.time - 5), ArrowRight: () => player.seek(player.time + 5),
            "<": () => faster(-1), ">": () => faster(1), f: () => find("[data-full]").click(), Home: () => player.seek(0),
        }[event.key];
        if (!action) return;
        event.preventDefault();
        event.stopImmediatePropagation();
        action();
    }, true);
}

// Lines that match, each with the moment when it stood on the screen.
const hits = document.querySelector(".hits");
let newest = 0;

async function search(query) {
    const number = ++newest;
    const list = hits.querySelector("ol");
    const say = (text) => { hits.querySelector("output").textContent = text; };
    find(".marks").replaceChildren();
    list.replaceChildren();
    if (!query) return say("");
    try {
        const { items } = await call("GET", `${base}/text?query=${encodeURIComponent(query)}`);
        if (number !== newest) return;
        say(items.length === 0 ? "It did not stand on the screen." : `${items.length} line${items.length === 1 ? "" : "s"}`);
        list.replaceChildren(...items.map(hit));
        find(".marks").replaceChildren(...items.map(mark));
    } catch (error) {
        say(error.message);
    }
}

function hit({ time: at, text }) {
    const item = document.createElement("li");
    const button = document.createElement("button");
    const when = document.createElement("span");
    const line = document.createElement("code");
    button.type = "button";
    when.textContent = clock(at);
    line.textContent = text;
    button.append(when, line);
    button.addEventListener("click", () => jump(at));
    item.append(button);
    return item;
}

function mark({ time: at }) {
    const element = document.createElement("i");
    element.style.left = `${(100 * at) / Math.max(0.001, player?.duration ?? 1)}%`;
    return element;
}

// A little before, so that it is seen coming.
function jump(at) {
    player?.pause();
    player?.seek(at);
    root.scrollIntoView({ block: "nearest" });
}

async function verify() {
    const place = document.querySelector("#verdict");
    const words = {
        verified: ["good", "Verified: the file is as it was written"], altered: ["altered", "Altered: the file is not what was recorded"],
        missing: ["missing", "Missing: the file is gone, and nobody deleted it through the server"],
        recording: ["waiting", "The session goes on; this is what there is so far"], deleted: ["over", "Deleted"],
        bypassed: ["over", "The session was opened without a recording"],
    };
    try {
        const { verdict } = await call("GET", base);
        const [kind, text] = words[verdict] ?? ["waiting", verdict];
        place.className = `status ${kind}`;
        place.textContent = text;
        place.dataset.verdict = verdict;
    } catch (error) {
        place.className = "status waiting";
        place.textContent = `Not verified. ${error.message}`;
    }
}

async function start() {
    try {
        const cast = await loadCast(`${base}/cast`, (bytes) => { state.textContent = `Loading … ${(bytes / 1e6).toFixed(1)} MB`; });
        state.hidden = true;
        // Rounded up to the slider's step: else its end would lie before the last thing that was shown.
        slider.max = Math.ceil(cast.duration * 100) / 100;
        player = new Player(terminal, cast, draw, () => fit(terminal, screen));
        for (const control of root.querySelectorAll("[disabled]")) control.disabled = false;
        listen();
        draw();
        const from = Number(new URLSearchParams(location.search).get("t")) || 0;
        if (from > 0) await player.seek(from);
    } catch (error) {
        state.textContent = `The recording cannot be played: ${error.message}.`;
        notify("The recording cannot be played.", "bad");
    }
}

const field = hits.querySelector("input");
let waiting;
field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => search(field.value.trim()), 200);
});
hits.querySelector("form").addEventListener("submit", (event) => { event.preventDefault(); search(field.value.trim()); });
verify();
await start();
if (field.value) search(field.value.trim());
