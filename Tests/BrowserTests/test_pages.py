"""The console's pages."""

import re

import looks
from browser import FACTS, BrowserTest
from wire import Line

PAGES = {
    "envoys": "/envoys", "envoy": f"/envoys/{FACTS.get('envoy')}", "sessions": "/sessions", "users": "/users", "tokens": "/tokens",
    "plugins": "/plugins", "account": "/account", "audit": "/audit", "nothing": "/nothing",
}


class Pages(BrowserTest):
    def test_every_page_can_be_read_in_light_and_dark_wide_and_narrow(self):
        for scheme, width, height in (
            ("light", 1280, 800), ("dark", 1280, 800), ("light", 390, 844), ("dark", 390, 844), ("light", 320, 640),
        ):
            page = self.open(width=width, height=height, scheme=scheme, touch=width < 1000)
            for name, path in PAGES.items():
                with self.subTest(page=name, scheme=scheme, width=width):
                    page.goto(path)
                    page.wait_for_function("() => !document.querySelector('[data-state=working]')")
                    self.shoot(page, f"{name}-{width}-{scheme}")
                    self.assertEqual(page.evaluate(looks.CONTRAST), [])
                    self.assertEqual(page.evaluate(looks.CONTROLS), [])
                    self.assertEqual(page.evaluate(looks.EDGES), [])
                    self.assertLessEqual(page.evaluate(looks.OVERFLOW), 0)

    def test_dialogs_can_be_read_too(self):
        for scheme in ("light", "dark"):
            page = self.open(scheme=scheme)
            for path, button, dialog in (
                ("/users", "New user", "#new-user"), ("/tokens", "New token", "#new-token"), ("/tokens", "New API token", "#new-api-token"),
                ("/envoys", "Keyboard shortcuts", "#help"),
            ):
                with self.subTest(dialog=dialog, scheme=scheme):
                    page.goto(path)
                    page.get_by_role("button", name=button, exact=True).click()
                    page.locator(f"{dialog}[open]").wait_for()
                    self.assertEqual(page.evaluate(looks.CONTRAST), [])
                    self.assertEqual(page.evaluate(looks.CONTROLS), [])
                    self.shoot(page, f"dialog-{dialog[1:]}-{scheme}")

    def test_the_keyboard_goes_everywhere(self):
        page = self.open()
        page.goto("/envoys")
        page.keyboard.press("/")
        self.assertEqual(page.evaluate("document.activeElement.name"), "q")
        page.keyboard.type(FACTS["envoy"][:3])
        page.wait_for_url("**/envoys?q=*")
        page.keyboard.press("Escape")
        page.keyboard.press("j")
        self.assertTrue(page.evaluate("document.activeElement.matches('[data-row]')"))
        page.keyboard.press("Enter")
        page.wait_for_url("**/envoys/*-*")
        self.assertEqual(page.locator("h1").inner_text(), FACTS["envoy"])
        page.keyboard.press("g")
        page.keyboard.press("a")
        page.wait_for_url("**/audit")
        page.keyboard.press("?")
        self.assertTrue(page.locator("#help").is_visible())
        page.keyboard.press("Escape")
        self.assertFalse(page.locator("#help").is_visible())
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
        self.assertEqual(outline, "2px")

    def test_a_phone_has_everything_in_the_menu(self):
        page = self.open(width=390, height=844, touch=True)
        page.goto("/envoys")
        page.get_by_role("button", name="Menu").tap()
        page.get_by_role("button", name="Sign out").wait_for()
        self.assertEqual(page.evaluate(looks.CONTRAST), [])
        self.assertEqual(page.evaluate(looks.CONTROLS), [])
        self.shoot(page, "menu-390")
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Sign out").wait_for(state="hidden")
        page.get_by_role("button", name="Menu").tap()
        page.get_by_role("link", name="Plugins").tap()
        page.wait_for_url("**/plugins")

    def test_a_server_that_is_gone_is_told_and_its_return_too(self):
        line = Line(FACTS["url"])
        self.addCleanup(line.close)
        page = self.open(url=line.url)
        page.goto("/envoys")
        look_again = "document.dispatchEvent(new Event('visibilitychange'))"
        line.cut()
        page.evaluate(look_again)
        page.get_by_text("The server cannot be reached; what you see may be old.").wait_for()
        self.assertTrue(page.locator("[data-row]").first.is_visible())
        line.mend()
        page.evaluate(look_again)
        page.get_by_text("The server is back.").wait_for()

    def test_a_search_that_finds_nothing_says_so(self):
        page = self.open()
        page.goto("/envoys")
        page.get_by_role("searchbox").fill("nothing of that name")
        page.get_by_text("No envoy matches").wait_for()
        page.get_by_role("link", name="Show all").click()
        page.locator("[data-row]").first.wait_for()

    def test_a_token_is_made_shown_once_and_revoked(self):
        page = self.open()
        page.goto("/tokens")
        page.keyboard.press("n")
        page.get_by_label("For hosts named").fill("browser-*")
        page.get_by_role("button", name="Make token").click()
        line = page.locator("#secret[open] [data-line]")
        self.assertRegex(line.inner_text(), r"^curl -sSfk https://.*/bootstrap \| sudo sh -s -- --token vet_")
        page.get_by_role("button", name="Done").click()
        page.wait_for_function("() => document.querySelector('#secret [data-secret]').textContent === ''")
        row = page.locator("[data-row]").filter(has_text="browser-*")
        row.get_by_role("button", name="Revoke").click()
        self.shoot(page, "confirm")
        page.locator("#confirm").get_by_role("button", name="Revoke").click()
        page.get_by_text("The token is revoked.").wait_for()
        row.wait_for(state="detached")

    def test_a_mistake_is_told_where_it_was_made(self):
        page = self.open()
        page.goto("/users")
        page.get_by_role("button", name="New user").click()
        page.get_by_label("Name", exact=True).fill("not a name!")
        page.get_by_role("button", name="Make user").click()
        page.locator("#new-user .problem").get_by_text("expected 1 to 64 letters").wait_for()
        self.assertTrue(page.locator("#new-user").is_visible())

    def test_a_user_is_made_changed_and_deleted(self):
        page = self.open()
        page.goto("/users")
        page.keyboard.press("n")
        page.get_by_label("Name", exact=True).fill("fritz")
        page.locator("#new-user").get_by_role("radio", name=re.compile("compliance")).check()
        page.get_by_role("button", name="Make user").click()
        row = page.locator("[data-row]").filter(has_text="fritz")
        row.get_by_text("Compliance").wait_for()
        row.get_by_role("button", name="Change").click()
        page.locator("#edit-user").get_by_role("radio", name=re.compile("viewer")).check()
        page.get_by_role("button", name="Save").click()
        row.get_by_text("Viewer").wait_for()
        row.get_by_role("button", name="Delete").click()
        page.locator("#confirm").get_by_role("button", name="Delete").click()
        row.wait_for(state="detached")

    def test_the_audit_log_is_verified_and_filtered(self):
        page = self.open()
        page.goto("/audit")
        page.get_by_text("The chain is whole").wait_for()
        page.get_by_label("Kind").select_option("envoy")
        page.wait_for_url("**kind=envoy**")
        page.locator("[data-row]").filter(has_text="login.succeeded").first.wait_for(state="detached")
        page.locator("[data-row]").filter(has_text="envoy.enrolled").first.wait_for()

    def test_light_and_dark_are_chosen_and_kept(self):
        page = self.open(scheme="light")
        page.goto("/envoys")
        ground = "getComputedStyle(document.body).backgroundColor"
        before = page.evaluate(ground)
        page.get_by_role("button", name="Light or dark").click()
        self.assertNotEqual(page.evaluate(ground), before)
        page.reload()
        self.assertEqual(page.locator("html").get_attribute("data-theme"), "dark")
        self.assertNotEqual(page.evaluate(ground), before)

    def test_a_viewer_sees_and_may_do_what_a_viewer_may(self):
        page = self.open("viewer")
        for path in ("/envoys", f"/envoys/{FACTS['envoy']}", "/sessions", "/tokens", "/plugins", "/audit"):
            page.goto(path)
            for mark in ("[data-call]", "[data-send]", "[data-dialog]", "a[href^='/scrier/']", "a[href='/users']", "a[href='/recordings']"):
                self.assertEqual(page.locator(mark).count(), 0, f"{path} has {mark}")
        for path in ("/users", f"/scrier/{FACTS['envoy']}?protocol=ssh"):
            self.assertEqual(page.goto(path).status, 403)
            self.assertIn("Not for your role", page.locator("h1").inner_text())
        answer = page.evaluate(
            """async (envoy) => (await fetch("/api/v1/scrier/connect", { method: "POST",
                headers: { "X-CSRF-Token": document.querySelector("meta[name=vigo-csrf]")?.content ?? "" },
                body: JSON.stringify({ envoy_id: envoy, protocol: "ssh" }) })).status""",
            FACTS["envoy"],
        )
        self.assertEqual(answer, 403)

    def test_the_first_visit_is_small(self):
        page = self.open()
        sizes = []
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
        page.goto("/envoys")
        page.wait_for_load_state("networkidle")
        page.goto(f"/scrier/{FACTS['envoy']}?protocol=ssh&port={FACTS['ssh_port']}")
        page.locator(".xterm-rows").wait_for()
        self.assertLess(sum(sizes), 400_000)
