"""Measures the console as somebody before a browser has it; prints JSON for `scrier-bench`."""

import json
import sys

from browser import FACTS, Terminal
from playwright.sync_api import sync_playwright

# From the key's event to the frame in which the terminal's rows have changed, once it has been handed to the compositor: xterm.js draws in an
# animation frame, and a message that is posted there arrives when the frame is done.
ECHO = """
() => {
    const rows = document.querySelector(".pane:not([hidden]) .xterm-rows");
    const channel = new MessageChannel();
    let start = 0;
    addEventListener("keydown", (event) => { start = event.timeStamp; }, { capture: true, once: true });
    window.echo = new Promise((resolve) => {
        channel.port1.onmessage = () => resolve(performance.now() - start);
    });
    const observer = new MutationObserver(() => {
        if (!start) return;
        observer.disconnect();
        channel.port2.postMessage(null);
    });
    observer.observe(rows, { childList: true, subtree: true, characterData: true });
}
"""

# From the next key's event to the frame before which `wanted` stands on the screen.
LAST_LINE = """
(wanted) => {
    const rows = document.querySelector(".pane:not([hidden]) .xterm-rows");
    window.last = new Promise((resolve) => {
        addEventListener("keydown", ({ timeStamp }) => {
            const look = () => {
                if (rows.innerText.includes(wanted)) resolve(performance.now() - timeStamp); else requestAnimationFrame(look);
            };
            look();
        }, { capture: true, once: true });
    });
}
"""


def percentile(values, fraction):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * fraction))]


def visit(browser, path, ready):
    """First paint with nothing cached, and what came over the wire for it."""
    context = browser.new_context(base_url=FACTS["url"], ignore_https_errors=True, viewport={"width": 1280, "height": 800})
    context.set_extra_http_headers({"Authorization": f"Bearer {FACTS['users']['admin']['token']}"})
    page = context.new_page()
    sizes = []
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(path)
    page.locator(ready).first.wait_for()
    page.wait_for_timeout(500)
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime")
    context.close()
    return paint, sum(sizes)


def echoes(page, keys):
    times = []
    terminal = Terminal.open(page)
    # cat and the terminal driver's echo: no shell's line editing in the way. The cursor rests, or its blinking would be an echo too.
    terminal.run("clear; printf '\\e[2 q'; cat >/dev/null")
    page.wait_for_timeout(500)
    for key in range(keys):
        page.evaluate(ECHO)
        page.keyboard.press("Enter" if key % 64 == 63 else "x")
        times.append(page.evaluate("window.echo"))
    page.keyboard.press("Enter")
    page.keyboard.press("Control+d")
    return times


def main(keys, lines, rounds):
    result = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for name, path, ready in (
            ("console", "/envoys", "[data-row]"),
            ("terminal", f"/scrier/{FACTS['envoy']}?protocol=ssh&port={FACTS['ssh_port']}", ".xterm-rows"),
        ):
            visits = [visit(browser, path, ready) for _ in range(rounds)]
            result[name] = {"paint": percentile([paint for paint, _ in visits], 0.5), "bytes": visits[0][1]}
        context = browser.new_context(base_url=FACTS["url"], ignore_https_errors=True, viewport={"width": 1280, "height": 800})
        context.set_extra_http_headers({"Authorization": f"Bearer {FACTS['users']['admin']['token']}"})
        page = context.new_page()
        times = echoes(page, keys)
        result["echo"] = {"p50": percentile(times, 0.5), "p99": percentile(times, 0.99)}
        seconds = []
        for turn in range(rounds):
            page.wait_for_timeout(500)
            page.keyboard.type(f"clear; seq 1 {lines}; echo the-e''nd-{turn}")
            page.evaluate(LAST_LINE, f"the-end-{turn}")
            page.keyboard.press("Enter")
            seconds.append(page.evaluate("window.last") / 1000)
        result["lines"] = percentile(seconds, 0.5)
        browser.close()
    print(json.dumps(result))


main(*[int(word) for word in sys.argv[1:4]])
