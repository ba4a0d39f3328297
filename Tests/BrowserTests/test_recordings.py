"""Recordings: made by typing, found by what stood on the screen, played, verified; and looking on while it happens."""

import json
import pathlib
import re

import looks
from browser import FACTS, BrowserTest, Terminal


class Recordings(BrowserTest):
    def record(self, *lines):
        """A session that shows what these lines print, and ends. Its id."""
        page = self.open()
        terminal = Terminal.open(page)
        self.assertTrue(page.locator("[data-recorded]").is_visible())
        for line in lines:
            terminal.run(line)
            page.wait_for_timeout(150)
        terminal.run("exit")
        terminal.curtain.get_by_text("The session has ended").wait_for()
        items = page.evaluate("fetch('/api/v1/scrier/recordings').then((answer) => answer.json())")["items"]
        page.close()
        return items[0]["session_id"].lower()

    def player(self, page, path):
        page.goto(path)
        page.locator("[data-play]:not([disabled])").wait_for()
        return page.locator(".theatre .xterm-rows")

    def test_a_word_that_stood_on_the_screen_finds_the_recording_which_plays_verified(self):
        session = self.record("clear; for n in 1 2 3; do echo counting-$n; done", "echo the brass lantern", "sleep 1; echo and-then-$((40 + 2))")
        page = self.open()
        page.goto("/recordings")
        page.keyboard.press("/")
        page.keyboard.type("lantern brass")
        page.keyboard.press("Enter")
        match = page.locator(f"#recording-{session} .matches a").first
        match.wait_for()
        self.assertIn("the brass lantern", match.inner_text())
        self.assertEqual(page.evaluate(looks.CONTRAST), [])
        self.shoot(page, "recordings-found")
        match.click()
        page.wait_for_url(f"**/recordings/{session}?q=*&t=*")
        page.get_by_text("Verified: the file is as it was written").wait_for()
        screen = page.locator(".theatre .xterm-rows")
        page.locator("[data-play]:not([disabled])").wait_for()
        page.get_by_role("button", name=re.compile("the brass lantern")).first.click()
        self.wait_for_text(screen, "the brass lantern")
        self.assertNotIn("and-then-42", screen.inner_text())
        self.shoot(page, "recording")
        page.get_by_role("button", name="Play", exact=True).click()
        self.wait_for_text(screen, "and-then-42")
        page.get_by_role("button", name="Play", exact=True).wait_for()
        with page.expect_download() as download:
            page.get_by_role("link", name="Download").click()
        lines = download.value.path().read_text().splitlines()
        self.assertEqual(json.loads(lines[0])["version"], 2)

    def wait_for_text(self, rows, wanted):
        for _ in range(400):
            if wanted in rows.inner_text().replace("\u00a0", " "):
                return
            rows.page.wait_for_timeout(50)
        raise AssertionError(f"{wanted!r} never stood there:\n{rows.inner_text()}")

    def test_position_speed_and_idle_time_are_the_viewer_s(self):
        session = self.record("clear; echo first", "sleep 2; echo second", "echo third-$((1 + 1))")
        page = self.open("compliance")
        screen = self.player(page, f"/recordings/{session}")
        page.locator("[data-speed]").select_option("16")
        page.keyboard.press(" ")
        self.wait_for_text(screen, "third-2")
        page.get_by_role("button", name="Play", exact=True).wait_for()
        page.locator("[data-seek]").focus()
        page.keyboard.press("Home")
        page.wait_for_function("() => document.querySelector('[data-time]').textContent.startsWith('0:00')")
        self.assertNotIn("third-2", screen.inner_text())
        duration = page.evaluate("() => Number(document.querySelector('[data-seek]').max)")
        self.assertGreater(duration, 2)
        page.locator("[data-seek]").evaluate("(slider, value) => { slider.value = value; slider.dispatchEvent(new Event('input')); }", duration)
        self.wait_for_text(screen, "third-2")
        self.assertEqual(page.evaluate(looks.CONTROLS), [])
        self.assertEqual(page.locator("[data-call]").count(), 0)

    def test_a_file_that_was_changed_plays_as_altered(self):
        session = self.record("echo untouched")
        (file,) = pathlib.Path(FACTS["recordings"]).rglob(f"{session}.cast")
        file.write_text(file.read_text().replace("untouched", "tampered!"))
        page = self.open()
        screen = self.player(page, f"/recordings/{session}")
        page.get_by_text("Altered: the file is not what was recorded").wait_for()
        page.keyboard.press(" ")
        self.wait_for_text(screen, "tampered!")
        self.assertEqual(page.evaluate(looks.CONTRAST), [])
        page.get_by_role("button", name="Delete").click()
        page.locator("#confirm").get_by_role("button", name="Delete").click()
        page.wait_for_url("**/recordings")
        page.goto(f"/recordings/{session}")
        page.get_by_text("The recording was deleted; the audit log says when and by whom.").wait_for()

    def test_a_recording_of_hostile_output_is_played_as_output(self):
        session = self.record(r"printf '\e]52;c;%s\a' $(printf evil | base64); printf '\e]0;evil\a'; echo '<img src=x onerror=alert(1)>'; echo needle")
        page = self.open()
        screen = self.player(page, f"/recordings/{session}?q=img")
        page.evaluate("navigator.clipboard.writeText('mine')")
        page.get_by_role("button", name=re.compile("<img src=x")).first.click()
        self.wait_for_text(screen, "<img src=x")
        page.keyboard.press(" ")
        self.wait_for_text(screen, "needle")
        self.assertEqual(page.evaluate("navigator.clipboard.readText()"), "mine")
        self.assertNotIn("evil", page.title())

    def test_who_may_not_play_sees_no_recordings(self):
        page = self.open("viewer")
        self.assertEqual(page.goto("/recordings").status, 403)
        page.goto("/sessions")
        self.assertEqual(page.locator("a[href^='/recordings']").count(), 0)

    def test_recordings_can_be_read_wide_and_narrow(self):
        session = self.record("echo to be seen")
        for scheme in ("light", "dark"):
            for width, height in ((1280, 800), (390, 844)):
                page = self.open(width=width, height=height, scheme=scheme, touch=width < 1000)
                for name, path in (("recordings", "/recordings"), ("recording", f"/recordings/{session}?q=seen"), ("session", f"/sessions/{session}")):
                    with self.subTest(page=name, scheme=scheme, width=width):
                        page.goto(path)
                        page.wait_for_function("() => !document.querySelector('[data-play][disabled], #verdict.waiting')")
                        self.shoot(page, f"{name}-{width}-{scheme}")
                        self.assertEqual(page.evaluate(looks.CONTRAST), [])
                        self.assertEqual(page.evaluate(looks.CONTROLS), [])
                        self.assertLessEqual(page.evaluate(looks.OVERFLOW), 0)


class Walk(BrowserTest):
    def test_from_the_form_to_a_shell_and_to_its_verified_recording(self):
        page = self.open(None)
        page.goto("/")
        self.fill_in(page, "admin", FACTS["users"]["admin"]["password"])
        link = page.get_by_role("link", name=f"Open a session by SSH on {FACTS['envoy']}")
        # The lab's sshd has a port of its own.
        link.evaluate("(link, port) => { link.search += `&port=${port}`; }", FACTS["ssh_port"])
        link.click()
        terminal = Terminal(page)
        terminal.wait("$ ")
        terminal.run("echo a word to be remembered: chrysanthemum$((6 * 7))")
        terminal.wait("remembered: chrysanthemum42")
        terminal.run("exit")
        terminal.curtain.get_by_text("The session has ended").wait_for()
        terminal.curtain.get_by_role("button", name="Close").click()
        page.wait_for_url("**/envoys")
        page.get_by_role("link", name="Recordings").click()
        page.get_by_role("searchbox").fill("chrysanthemum42")
        page.get_by_role("button", name="Search").click()
        page.locator(".matches a").first.click()
        page.get_by_text("Verified: the file is as it was written").wait_for()
        page.locator(".hits button").first.wait_for()


class Watching(BrowserTest):
    def test_a_second_administrator_looks_on_and_both_see_that(self):
        page = self.open(width=1000, height=700)
        terminal = Terminal.open(page)
        terminal.run("clear; echo seen-by-$((1 + 1))")
        terminal.wait("seen-by-2")
        other = self.open("keyless")
        other.goto("/sessions")
        other.get_by_role("link", name="Watch").first.click()
        watching = Terminal(other)
        watching.wait("seen-by-2")
        page.get_by_text("Watched by keyless").wait_for()
        self.shoot(page, "terminal-watched")
        self.shoot(other, "watch")
        self.assertEqual(other.evaluate(looks.CONTRAST), [])
        self.assertEqual(other.evaluate(looks.CONTROLS), [])
        terminal.run("echo and-$((2 + 3))-more")
        watching.wait("and-5-more")
        # What a watcher types goes nowhere; a new size comes along.
        other.keyboard.type("echo nothing-of-this\n")
        before = page.locator("[data-size]").inner_text()
        page.set_viewport_size({"width": 700, "height": 500})
        page.wait_for_function("(before) => document.querySelector('[data-size]').textContent !== before", arg=before)
        terminal.run("echo shrunk")
        watching.wait(re.compile("^shrunk", re.MULTILINE))
        self.assertNotIn("nothing-of-this", terminal.text)
        other.get_by_role("link", name="Stop watching").click()
        page.wait_for_function("() => document.querySelector('[data-people]').textContent === ''")
        actions = page.evaluate("fetch('/api/v1/audit/export').then((answer) => answer.text())")
        self.assertIn("scrier.watch_started", actions)
        self.assertIn("scrier.watch_ended", actions)

    def test_an_administrator_ends_another_s_session(self):
        page = self.open()
        Terminal.open(page)
        other = self.open("keyless")
        other.goto("/sessions")
        row = other.locator("[data-row]").filter(has_text="Live").first
        row.get_by_role("button", name="End").click()
        other.locator("#confirm").get_by_role("button", name="End session").click()
        Terminal(page).curtain.get_by_text("Terminated by keyless.").wait_for()
