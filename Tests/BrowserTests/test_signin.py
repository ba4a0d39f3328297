"""Signing in by the form, and how a login ends."""

import contextlib
import http.server
import threading

import looks
from browser import AT_LOGIN, FACTS, BrowserTest, Terminal, newest_session
from wire import websocket_status

COOKIE = "__Host-vigo"


@contextlib.contextmanager
def foreign_site():
    """A page of another origin on the same host, to which browsers send the server's cookies all the same: ports are no sites."""

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self):  # noqa: N802 — the library's name
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>elsewhere</title>")

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


class SigningIn(BrowserTest):
    def login(self, page):
        """The login of this page's browser, as the server lists it."""
        items = page.evaluate("fetch('/api/v1/logins').then((answer) => answer.json())")["items"]
        return next(item for item in items if item["is_current"])

    def cookie(self, page):
        return next((cookie for cookie in page.context.cookies() if cookie["name"] == COOKIE), None)

    def test_a_wrong_password_and_an_unknown_user_are_told_the_same(self):
        page = self.open(None)
        page.goto("/audit?kind=envoy")
        page.wait_for_url(AT_LOGIN)
        problem = page.locator("#signin .problem")
        told = []
        for user, password in (("viewer", "Wrong-Horse-viewer-7"), ("nobody-of-that-name", "Wrong-Horse-nobody-7")):
            self.fill_in(page, user, password)
            page.locator("#signin button:not([disabled])").wait_for()
            problem.wait_for()
            told.append(problem.inner_text())
            self.assertIsNone(self.cookie(page))
            self.assertNotIn("Horse", page.url + problem.inner_text())
        self.assertEqual(told, ["The user name or the password is wrong."] * 2)
        self.assertEqual(page.evaluate("document.activeElement.name"), "password")
        self.assertEqual(page.evaluate(looks.CONTRAST), [])
        self.shoot(page, "login-wrong")
        # The right one leads to where they wanted to go.
        self.fill_in(page, "viewer", FACTS["users"]["viewer"]["password"])
        page.wait_for_url(lambda url: url.endswith("/audit?kind=envoy"))
        self.assertNotIn("Wrong-Horse", self.vigocli("audit", "export"))

    def test_nothing_is_asked_of_the_server_where_something_is_missing(self):
        page = self.open(None)
        page.goto("/login")
        page.get_by_role("button", name="Sign in").click()
        page.get_by_text("Your user name is missing.").wait_for()
        page.keyboard.type("viewer")
        page.keyboard.press("Enter")
        page.get_by_text("Your password is missing.").wait_for()
        self.assertEqual(page.evaluate("document.activeElement.name"), "password")

    def test_the_cookie_is_for_this_server_alone_and_no_script_reads_it(self):
        page = self.open(None)
        self.sign_in(page, "viewer")
        cookie = self.cookie(page)
        self.assertTrue(cookie["secure"] and cookie["httpOnly"])
        self.assertEqual((cookie["sameSite"], cookie["path"], cookie["expires"], cookie["domain"]), ("Strict", "/", -1, "127.0.0.1"))
        self.assertNotIn("vlg_", page.evaluate("document.cookie + JSON.stringify({ ...localStorage, ...sessionStorage })") + page.content())

    def test_signing_out_ends_the_login_for_whoever_kept_its_cookie(self):
        page = self.open(None)
        self.sign_in(page, "viewer")
        kept = self.cookie(page)
        page.get_by_role("button", name="Sign out").click()
        page.wait_for_url("**/login")
        self.assertIsNone(self.cookie(page))
        page.go_back()
        page.wait_for_url(AT_LOGIN)
        page.context.add_cookies([kept])
        page.goto("/envoys")
        page.wait_for_url(AT_LOGIN)

    def test_a_login_that_an_administrator_ends_takes_its_sessions_along(self):
        page = self.open(None)
        self.sign_in(page, "admin")
        terminal = Terminal.open(page)
        other = page.context.new_page()
        other.goto("/envoys")
        self.vigocli("logins", "end", self.login(page)["id"])
        terminal.curtain.get_by_text("The session has ended").wait_for()
        self.assertIn("login", terminal.curtain.inner_text())
        self.shoot(page, "terminal-login-ended")
        # A list that brings itself up to date notices too; what was open in the terminal begins anew once signed in again.
        other.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        other.wait_for_url(AT_LOGIN)
        page.keyboard.press("Enter")
        terminal.curtain.get_by_role("heading", name="You are signed out").wait_for()
        terminal.curtain.get_by_role("button", name="Sign in").click()
        page.wait_for_url(AT_LOGIN)
        self.fill_in(page, "admin", FACTS["users"]["admin"]["password"])
        Terminal(page).wait("$ ")

    def test_a_login_whose_time_is_over_leaves_the_terminal_and_the_next_one_leads_back_to_it(self):
        page = self.open(None)
        self.sign_in(page, "admin")
        terminal = Terminal.open(page)
        terminal.run("kept=still-$((40 + 2)); clear")
        # The same browser signs in once more elsewhere: the login is over without anybody's wish, as when it was idle for too long.
        elsewhere = self.playwright.request.new_context(
            base_url=FACTS["url"], ignore_https_errors=True, extra_http_headers={"Cookie": f"{COOKIE}={self.cookie(page)['value']}"}
        )
        answer = elsewhere.post("/api/v1/login", data={"username": "admin", "password": FACTS["users"]["admin"]["password"]})
        self.assertEqual(answer.status, 201)
        elsewhere.dispose()
        terminal.run("echo $kept")
        terminal.wait("still-42")
        page.on("dialog", lambda dialog: dialog.accept())
        page.reload()
        page.wait_for_url(AT_LOGIN)
        self.fill_in(page, "admin", FACTS["users"]["admin"]["password"])
        page.wait_for_url("**/scrier/**")
        terminal = Terminal(page)
        terminal.wait("still-42")
        terminal.run("clear; echo and-$kept-again")
        terminal.wait("and-still-42-again")

    def test_a_viewer_opens_no_session_and_enters_nobody_s(self):
        page = self.open()
        Terminal.open(page)
        session = newest_session(page)
        other = self.open("viewer")
        other.goto("/sessions")
        self.assertEqual(other.get_by_role("link", name="Watch").count(), 0)
        post = """async ([path, body]) => (await fetch(path, { method: "POST", body: JSON.stringify(body), headers: {
            "Content-Type": "application/json", "X-CSRF-Token": document.querySelector("meta[name=vigo-csrf]").content } })).status"""
        for path, body in (
            ("/api/v1/scrier/connect", {"envoy_id": FACTS["envoy"], "protocol": "ssh", "port": FACTS["ssh_port"]}),
            (f"/api/v1/scrier/sessions/{session}/ticket", {}),
            (f"/api/v1/scrier/sessions/{session}/watch", {}),
        ):
            self.assertEqual(other.evaluate(post, [path, body]), 403, path)
        self.assertEqual(other.goto(f"/sessions/{session}/watch").status, 403)

    def test_another_site_s_page_gets_nothing_by_the_cookie_that_the_browser_sends_along(self):
        page = self.open(None)
        self.sign_in(page, "admin")
        Terminal.open(page)
        session = newest_session(page)
        path = f"/ws/scrier/{session}"
        cookie = f"Cookie: {COOKIE}={self.cookie(page)['value']}"
        # Cookies open no WebSocket, whosever page it is.
        self.assertEqual(websocket_status(FACTS["url"], path, origin="https://evil.example", headers=[cookie]), 403)
        self.assertEqual(websocket_status(FACTS["url"], path, origin=FACTS["url"], headers=[cookie]), 403)
        # How many there are: earlier ones may end meanwhile.
        count = lambda: len(self.vigocli("scrier", "sessions", "--all").splitlines())  # noqa: E731
        before = count()
        with foreign_site() as site:
            stranger = page.context.new_page()
            stranger.goto(site)
            closed = stranger.evaluate(
                """(url) => new Promise((resolve) => {
                    const socket = new WebSocket(url);
                    socket.onopen = () => resolve("open");
                    socket.onclose = () => resolve("closed");
                })""",
                FACTS["url"].replace("https:", "wss:") + path,
            )
            self.assertEqual(closed, "closed")
            # Sent all the same, since nothing about it needs a permission; what counts is that nothing came of it.
            stranger.evaluate(
                """([url, body]) => fetch(url, { method: "POST", mode: "no-cors", credentials: "include", body })""",
                [FACTS["url"] + "/api/v1/scrier/connect", f'{{"envoy_id": "{FACTS["envoy"]}", "protocol": "ssh"}}'],
            )
            self.assertEqual(count(), before)
