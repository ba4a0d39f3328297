"""A browser before the lab's server, and what a person does with it."""

import atexit
import json
import os
import pathlib
import re
import subprocess
import unittest

from playwright.sync_api import sync_playwright

# What the lab wrote down: where the server is, who may sign in, and which envoy there is.
FACTS = json.loads(pathlib.Path(os.environ["SCRIER_LAB"]).read_text()) if "SCRIER_LAB" in os.environ else {}
SCREENSHOTS = os.environ.get("SCRIER_SCREENSHOTS")

# Generous: it only ends a test that has failed.
PATIENCE = 20_000

# Where a page leads whoever is not signed in: to the form, and from there back.
AT_LOGIN = re.compile(r"/login\?next=")

NOTE_VIOLATIONS = """
    window.violations = [];
    document.addEventListener("securitypolicyviolation", (event) => {
        window.violations.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
    });
"""


class BrowserTest(unittest.TestCase):
    """One browser for all tests; a context of its own for each. A page that errs, or offends its policy, fails the test."""

    # What the browser kept of each user's signing in, so that it is done once and not in every test.
    kept = {}

    playwright = None

    @classmethod
    def setUpClass(cls):
        if BrowserTest.playwright:
            return
        BrowserTest.playwright = sync_playwright().start()
        atexit.register(BrowserTest.playwright.stop)
        BrowserTest.browser = BrowserTest.playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        atexit.register(BrowserTest.browser.close)

    def setUp(self):
        self.errors = []
        self.contexts = []

    def tearDown(self):
        for context in self.contexts:
            for page in context.pages:
                try:
                    self.errors += page.evaluate("window.violations ?? []")
                except Exception:  # noqa: BLE001 — a page that was closed, or is being left, has told already
                    pass
            context.close()
        self.assertEqual(self.errors, [])

    def open(self, user="admin", *, width=1280, height=800, scheme="light", url=None, touch=False):
        """A fresh browser of somebody who has signed in; of nobody when `user` is None."""
        if user and user not in self.kept:
            page = self.open(None)
            self.sign_in(page, user)
            self.kept[user] = page.context.storage_state()
            page.close()
        context = self.browser.new_context(
            base_url=url or FACTS["url"], ignore_https_errors=True, color_scheme=scheme, has_touch=touch, is_mobile=touch,
            viewport={"width": width, "height": height}, permissions=["clipboard-read", "clipboard-write"],
            storage_state=self.kept.get(user),
        )
        context.set_default_timeout(PATIENCE)
        context.add_init_script(NOTE_VIOLATIONS)
        context.on("page", self._listen)
        self.contexts.append(context)
        return context.new_page()

    def _listen(self, page):
        page.on("pageerror", lambda error: self.errors.append(f"{page.url}: {error}"))
        page.on("console", lambda message: "Content Security Policy" in message.text and self.errors.append(message.text))

    def sign_in(self, page, user, path="/envoys", password=None):
        """Through the form, to `path`."""
        page.goto(path)
        page.wait_for_url(AT_LOGIN)
        self.fill_in(page, user, password or FACTS["users"][user]["password"])
        page.wait_for_url(lambda url: "/login" not in url)

    @staticmethod
    def fill_in(page, user, password):
        page.get_by_label("User name").fill(user)
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign in").click()

    @staticmethod
    def vigocli(*words):
        """What an administrator at the server says; its output."""
        environment = {"VIGO_ADMIN_SOCKET": FACTS["admin_socket"], "PATH": os.environ.get("PATH", "/usr/bin:/bin")}
        run = subprocess.run([FACTS["vigocli"], *words], env=environment, capture_output=True, text=True, timeout=60)
        if run.returncode != 0:
            raise AssertionError(f"vigocli {' '.join(words)}: {run.stderr}")
        return run.stdout

    def shoot(self, page, name):
        if SCREENSHOTS:
            page.screenshot(path=f"{SCREENSHOTS}/{name}.png")


def newest_session(page):
    """The id of the session that was opened last."""
    return page.evaluate("fetch('/api/v1/scrier/sessions').then((answer) => answer.json())")["items"][0]["id"]


class Terminal:
    """The terminal that a page shows, typed to and read as a person does."""

    def __init__(self, page):
        self.page = page

    @classmethod
    def open(cls, page, query=""):
        page.goto(f"/scrier/{FACTS['envoy']}?protocol=ssh&port={FACTS['ssh_port']}{query}")
        terminal = cls(page)
        terminal.wait("$ ")
        terminal.run("PS1='> '; clear")
        terminal.wait("> ")
        return terminal

    @property
    def pane(self):
        return self.page.locator(".pane:not([hidden])")

    @property
    def curtain(self):
        return self.pane.locator(".curtain")

    @property
    def text(self):
        return self.pane.locator(".xterm-rows").inner_text().replace("\u00a0", " ")

    @property
    def state(self):
        return self.page.locator("[data-state]").inner_text()

    def run(self, line):
        self.page.keyboard.type(line)
        self.page.keyboard.press("Enter")

    def wait(self, wanted):
        """Until it stands on the screen; a pattern or a text."""
        pattern = wanted if isinstance(wanted, re.Pattern) else re.compile(re.escape(wanted))
        for _ in range(PATIENCE // 50):
            if pattern.search(self.text):
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"{pattern.pattern!r} never stood on the screen:\n{self.text}")

    def wait_for_state(self, wanted):
        self.page.wait_for_function(
            "wanted => document.querySelector('[data-state]').textContent === wanted", arg=wanted, timeout=2 * PATIENCE
        )

    def copied(self):
        """Everything that it has shown, through the clipboard."""
        self.page.keyboard.press("Control+Shift+A")
        self.page.keyboard.press("Control+Shift+C")
        return self.page.evaluate("navigator.clipboard.readText()")

    def paste(self, text):
        self.page.evaluate("text => navigator.clipboard.writeText(text)", text)
        self.page.keyboard.press("Control+Shift+V")
