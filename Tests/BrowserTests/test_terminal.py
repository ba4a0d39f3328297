"""Sessions in the browser, with a real sshd behind them."""

import hashlib
import re

import looks
from browser import FACTS, BrowserTest, Terminal, newest_session
from wire import Line, websocket_status


class Terminals(BrowserTest):
    def test_a_session_is_opened_typed_to_and_resized(self):
        page = self.open()
        page.goto("/envoys")
        self.assertTrue(page.get_by_role("link", name="Open a session by SSH").first.is_visible())
        terminal = Terminal.open(page)
        terminal.run("echo $((6 * 7)) $TERM; whoami")
        terminal.wait("42 xterm")
        terminal.wait(FACTS["login"])
        self.assertEqual(terminal.state, "Connected")
        before = page.locator("[data-size]").inner_text()
        page.set_viewport_size({"width": 900, "height": 600})
        page.wait_for_function("before => document.querySelector('[data-size]').textContent !== before", arg=before)
        columns, rows = re.findall(r"\d+", page.locator("[data-size]").inner_text())
        terminal.run("stty size")
        terminal.wait(f"{rows} {columns}")
        page.get_by_role("button", name="Larger text").click()
        page.locator(".xterm-helper-textarea").focus()
        page.wait_for_function("before => document.querySelector('[data-size]').textContent !== before", arg=f"{columns} × {rows}")
        terminal.run("exit 7")
        terminal.curtain.get_by_text("The remote program ended with status 7.").wait_for()
        self.shoot(page, "terminal-ended")
        page.keyboard.press("Enter")
        terminal.wait("$ ")

    def test_colours_of_every_kind_offend_no_policy(self):
        page = self.open()
        terminal = Terminal.open(page)
        terminal.run(r"printf '\e[38;2;255;100;0mtrue \e[48;5;200mindexed \e[7minverse \e[4:3mcurly\e[0m \e[2mfaint\e[0m\n'")
        terminal.wait("true indexed inverse curly faint")
        colour = page.locator(".xterm-rows span", has_text="true").last.evaluate("element => getComputedStyle(element).color")
        self.assertEqual(colour, "rgb(255, 100, 0)")

    def test_a_megabyte_is_pasted_whole(self):
        page = self.open()
        terminal = Terminal.open(page)
        text = "".join("\n" if number % 80 == 79 else chr(97 + number % 26) for number in range(1 << 20))
        terminal.run("clear; stty raw -echo; echo ready; head -c 1048576 | tr '\\r' '\\n' | sha256sum; stty sane")
        terminal.wait(re.compile("^ready", re.MULTILINE))
        terminal.paste(text)
        terminal.wait(hashlib.sha256(text.encode()).hexdigest())

    def test_what_is_pasted_cannot_end_its_own_bracket(self):
        page = self.open()
        terminal = Terminal.open(page)
        terminal.run("clear; printf '\\e[?2004h'; stty -icanon; head -c 30 | od -An -c | tr -d ' \\n'; stty sane")
        page.wait_for_timeout(300)
        terminal.paste("one\x1b[201~\ntwo and some more text")
        terminal.wait("033[200~one[201~\\ntwoand")

    def test_a_dropped_network_loses_nothing_and_doubles_nothing(self):
        line = Line(FACTS["url"])
        self.addCleanup(line.close)
        page = self.open(url=line.url)
        terminal = Terminal.open(page)
        terminal.run("clear; seq 1 200000; echo the-end-$((1 + 1))")
        page.wait_for_timeout(150)
        line.cut()
        terminal.curtain.get_by_text("The connection is lost").wait_for()
        terminal.curtain.get_by_text(re.compile(r"Trying again in \d s\. The session is kept for \d+ s more")).wait_for()
        self.shoot(page, "terminal-lost")
        # Typed into nothing, it arrives all the same, once.
        page.locator(".xterm-helper-textarea").focus()
        terminal.run("echo typed-$((20 + 3))-offline")
        page.wait_for_timeout(300)
        line.mend()
        terminal.wait("typed-23-offline")
        shown = terminal.copied()
        numbers = [int(word) for word in re.findall(r"^\d+$", shown, re.MULTILINE)]
        self.assertGreater(len(numbers), 5000)
        self.assertEqual(numbers, list(range(200001 - len(numbers), 200001)))
        self.assertEqual(len(re.findall("^typed-23-offline$", shown, re.MULTILINE)), 1)

    def test_a_network_that_falls_silent_is_noticed_by_whoever_types(self):
        line = Line(FACTS["url"])
        self.addCleanup(line.close)
        page = self.open(url=line.url)
        terminal = Terminal.open(page)
        line.freeze()
        terminal.run("echo said-$((10 + 1))-anyway")
        terminal.curtain.get_by_text("The connection is lost").wait_for()
        line.mend()
        terminal.wait("said-11-anyway")

    def test_a_session_that_nobody_came_back_to_says_so(self):
        line = Line(FACTS["url"])
        self.addCleanup(line.close)
        page = self.open(url=line.url)
        terminal = Terminal.open(page)
        line.cut()
        terminal.curtain.get_by_text("The server has probably ended the session by now.").wait_for()
        line.mend()
        terminal.curtain.get_by_role("button", name="Try now").click()
        terminal.curtain.get_by_text("The session has ended").wait_for()
        self.assertIn("Nobody was attached", terminal.curtain.inner_text())
        terminal.curtain.get_by_role("button", name="Reconnect").click()
        terminal.wait("$ ")

    def test_several_sessions_lie_side_by_side(self):
        page = self.open()
        first = Terminal.open(page)
        first.run("clear; echo this-is-the-first")
        first.wait("this-is-the-first")
        page.keyboard.press("Control+Shift+O")
        second = Terminal(page)
        second.wait("$ ")
        second.run("echo this-is-the-second")
        second.wait("this-is-the-second")
        self.shoot(page, "terminal-tabs")
        page.keyboard.press("Alt+1")
        first.wait("this-is-the-first")
        self.assertEqual(page.get_by_role("tab").count(), 2)
        page.locator(".tab .close").nth(1).click()
        page.locator("#confirm").get_by_role("button", name="End session").click()
        page.wait_for_function("() => document.querySelectorAll('[role=tab]').length === 1")

    def test_a_reload_shows_the_screen_as_it_is_and_goes_on(self):
        line = Line(FACTS["url"])
        self.addCleanup(line.close)
        page = self.open(url=line.url)
        addresses = []
        page.on("websocket", lambda socket: addresses.append(socket.url))
        page.on("dialog", lambda dialog: dialog.accept())
        terminal = Terminal.open(page)
        terminal.run(r"kept=still-here-$$; clear; seq 3000; printf '\e[?1049h\e[H\e[2J\e[5;9H\e[31mred\e[0m and %s' $kept; read answer")
        terminal.wait(re.compile(r"red and still-here-\d+"))
        before = terminal.text
        page.reload()
        terminal = Terminal(page)
        terminal.wait_for_state("Connected")
        terminal.wait("red and still-here-")
        self.assertEqual(terminal.text, before)
        colour = page.locator(".xterm-rows span", has_text="red").last.evaluate("element => getComputedStyle(element).color")
        self.assertNotEqual(colour, page.locator(".xterm-rows").evaluate("element => getComputedStyle(element).color"))
        self.assertNotIn("screen=1", addresses[0])
        self.assertIn("screen=1", addresses[1])
        # The picture stands for what was shown and counts for nothing: a connection that drops goes on at the right byte.
        terminal.run("")
        terminal.run(r"printf '\e[?1049l'; clear; for n in $(seq 40); do echo line-$n; sleep 0.02; done; echo again-$kept")
        line.cut()
        line.mend()
        terminal.wait(re.compile("^again-still-here-[0-9]+", re.MULTILINE))
        self.assertIn("after=", addresses[-1])
        lines = re.findall(r"^line-(\d+)$", terminal.copied(), re.MULTILINE)
        self.assertEqual(lines, [str(number) for number in range(1, 41)])

    def test_a_second_window_takes_the_session_over_and_the_first_takes_it_back(self):
        first = self.open()
        terminal = Terminal.open(first)
        terminal.run("kept=$$; clear; echo to-be-seen-$((1 + 1))")
        terminal.wait("to-be-seen-2")
        second = first.context.new_page()
        second.goto("/sessions")
        second.get_by_role("link", name="Return").first.click()
        other = Terminal(second)
        other.wait("to-be-seen-2")
        other.wait_for_state("Connected")
        terminal.curtain.get_by_role("heading", name="The session went to another place").wait_for()
        other.run("echo $((kept == $$))-typed-in-the-second")
        other.wait("1-typed-in-the-second")
        self.assertNotIn("1-typed-in-the-second", terminal.text)
        self.shoot(first, "terminal-replaced")
        first.bring_to_front()
        terminal.curtain.get_by_role("button", name="Take it back").click()
        terminal.wait("1-typed-in-the-second")
        other.curtain.get_by_role("heading", name="The session went to another place").wait_for()
        terminal.run("clear; echo $((kept == $$))-typed-in-the-first")
        terminal.wait("1-typed-in-the-first")

    def test_another_site_s_link_goes_back_to_a_session_when_its_operator_says_so_and_nowhere_else(self):
        page = self.open()
        terminal = Terminal.open(page)
        terminal.run("clear; echo kept-$((1 + 1))")
        terminal.wait("kept-2")
        session = newest_session(page)
        second = page.context.new_page()
        asked = []
        second.on("request", lambda request: asked.append(f"{request.method} {request.url.removeprefix(FACTS['url'])}"))
        link = f"/scrier/{FACTS['envoy']}?protocol=ssh&session="
        second.goto(f"{link}{session}#ask")
        other = Terminal(second)
        other.curtain.get_by_role("heading", name="Go back to a session on").wait_for()
        self.shoot(second, "terminal-asks")
        self.assertEqual(terminal.state, "Connected")
        other.curtain.get_by_role("button", name="Open").click()
        other.wait("kept-2")
        terminal.curtain.get_by_role("heading", name="The session went to another place").wait_for()
        # What is no session at all is left out of the page, and becomes no path.
        third = page.context.new_page()
        third.on("request", lambda request: asked.append(f"{request.method} {request.url.removeprefix(FACTS['url'])}"))
        third.goto(f"{link}..%2F..%2Fenvoys%2F{FACTS['envoy']}%2Frevoke%3F#ask")
        Terminal(third).curtain.get_by_role("heading", name="Open a session on").wait_for()
        self.assertEqual([line for line in asked if "revoke" in line and line.startswith("POST")], [])

    def test_what_was_shown_is_searched(self):
        page = self.open()
        terminal = Terminal.open(page)
        terminal.run("clear; for n in $(seq 300); do echo line-$n; done; echo a needle")
        terminal.wait("a needle")
        page.keyboard.press("Control+Shift+F")
        page.keyboard.type("LINE-7")
        page.get_by_text("11 of 11").wait_for()
        page.keyboard.press("Enter")
        page.get_by_text("10 of 11").wait_for()
        terminal.wait("line-78")
        self.shoot(page, "terminal-search")
        page.keyboard.press("Escape")
        self.assertFalse(page.locator(".findbar").is_visible())

    def test_the_newest_line_is_shown_until_somebody_looks_back(self):
        page = self.open()
        terminal = Terminal.open(page)
        # What `clear` wipes makes the page shorter in the midst of the flood.
        for turn in range(4):
            terminal.run(f"clear; seq 1 100000; echo flood-{turn}-$((1 + 1))")
            terminal.wait(f"flood-{turn}-2")
        page.mouse.move(400, 300)
        terminal.run("(sleep 1; seq 1 200) &")
        page.mouse.wheel(0, -2000)
        page.wait_for_function("() => !document.querySelector('.pane:not([hidden]) .xterm-rows').innerText.includes('flood-3-2')")
        looked_at = terminal.text
        page.wait_for_timeout(2000)
        self.assertEqual(terminal.text, looked_at)
        # A program wipes what somebody looks at: there is nothing to stay at.
        terminal.run(r"(sleep 2; printf '\e[H\e[2J\e[3J'; seq 1 200; echo wiped-$((1 + 1))) &")
        page.mouse.wheel(0, -2000)
        terminal.wait("wiped-2")

    def test_hostile_output_stays_output(self):
        page = self.open()
        terminal = Terminal.open(page)
        terminal.run(r"clear; printf '\e]0;\342\200\256evil\e\\'; printf '\e]2;%0200d\a' 7")
        page.wait_for_function("() => document.title.length > 40")
        title = page.title()
        self.assertTrue(title.startswith(FACTS["envoy"] + " · ") and len(title) < len(FACTS["envoy"]) + 70, title)
        self.assertNotIn("\u202e", title)
        # The clipboard: asked for, refused, asked for, allowed; never read.
        page.evaluate("navigator.clipboard.writeText('mine')")
        copy = r"printf '\e]52;c;%s\a' $(printf 'rm -rf /' | base64)"
        terminal.run(copy)
        page.get_by_text("wants to put 8 characters on your clipboard").wait_for()
        self.assertEqual(terminal.pane.locator(".ask pre").inner_text(), "rm -rf /")
        # What comes while the question is open does not take its place.
        terminal.run(r"printf '\e]52;c;%s\a' $(printf 'something else' | base64); echo also-$((40 + 2))")
        terminal.wait("also-42")
        self.assertEqual(terminal.pane.locator(".ask pre").inner_text(), "rm -rf /")
        self.shoot(page, "terminal-clipboard")
        page.get_by_role("button", name="Refuse").click()
        self.assertEqual(page.evaluate("navigator.clipboard.readText()"), "mine")
        terminal.run(r"clear; printf '\e]52;c;?\a'; echo asked")
        terminal.wait(re.compile("^asked", re.MULTILINE))
        self.assertFalse(page.locator(".ask").is_visible())
        terminal.run(copy)
        page.get_by_role("button", name="Allow").click()
        self.assertEqual(page.evaluate("navigator.clipboard.readText()"), "rm -rf /")

    def test_links_are_shown_before_they_are_followed(self):
        page = self.open()
        terminal = Terminal.open(page)
        terminal.run(r"clear; printf 'http://example.org/path\n\e]8;;https://p\321\203ypal.example/x\abank\e]8;;\a \e]8;;javascript:alert(1)\ascript\e]8;;\a\n'")
        terminal.wait("bank script")
        rows = terminal.pane.locator(".xterm-rows > div")

        def click(row, x):
            box = rows.nth(row).bounding_box()
            page.mouse.move(box["x"] + x, box["y"] + box["height"] / 2)
            page.wait_for_timeout(300)
            page.mouse.click(box["x"] + x, box["y"] + box["height"] / 2)

        row = next(index for index in range(rows.count()) if "example.org" in rows.nth(index).inner_text())
        click(row, 40)
        dialog = page.locator("#link[open]")
        self.assertEqual(dialog.locator("[data-address]").inner_text(), "http://example.org/path")
        self.shoot(page, "terminal-link")
        page.context.route("http://example.org/**", lambda route: route.fulfill(body="<title>there</title>", content_type="text/html"))
        with page.context.expect_page() as opened:
            dialog.get_by_role("button", name="Open in a new tab").click()
        self.assertTrue(opened.value.evaluate("window.opener === null && document.referrer === ''"))
        opened.value.close()
        click(row + 1, 10)
        # Letters that look like others are shown as what they are.
        self.assertTrue(dialog.locator("[data-host]").inner_text().startswith("xn--"))
        page.keyboard.press("Escape")
        click(row + 1, 60)
        self.assertFalse(dialog.is_visible())

    def test_somebody_without_a_key_is_told_and_helped(self):
        page = self.open("keyless")
        page.goto(f"/scrier/{FACTS['envoy']}?protocol=ssh&port={FACTS['ssh_port']}")
        page.get_by_role("heading", name="No SSH pubkey available").wait_for()
        self.assertEqual(page.evaluate(looks.CONTRAST), [])
        self.shoot(page, "terminal-no-key")
        page.get_by_label("Your SSH public key").fill("not a key")
        page.get_by_role("button", name="Save and connect").click()
        page.locator(".keyform .problem").get_by_text("ssh_public_key").wait_for()
        page.get_by_label("Your SSH public key").fill(FACTS["second_key"])
        page.get_by_role("button", name="Save and connect").click()
        Terminal(page).wait("$ ")

    def test_a_stranger_s_page_gets_nothing(self):
        page = self.open()
        terminal = Terminal.open(page)
        session = newest_session(page)
        path = f"/ws/scrier/{session}"
        self.assertEqual(websocket_status(FACTS["url"], path, origin="https://evil.example"), 403)
        self.assertEqual(websocket_status(FACTS["url"], path), 401)

        def ticket():
            return page.evaluate(
                """(path) => fetch(path, { method: "POST", headers: {
                    "X-CSRF-Token": document.querySelector("meta[name=vigo-csrf]").content } }).then((answer) => answer.json())""",
                f"/api/v1/scrier/sessions/{session}/ticket",
            )["ticket"]

        # A ticket is its page's, works once, and for its session.
        stolen = ticket()
        self.assertEqual(websocket_status(FACTS["url"], f"{path}?ticket={stolen}", origin="https://evil.example"), 401)
        self.assertEqual(websocket_status(FACTS["url"], f"{path}?ticket={stolen}", origin=FACTS["url"]), 401)
        terminal.run("echo still-$((40 + 4))")
        terminal.wait("still-44")

    def test_terminals_can_be_read_and_fit_a_phone(self):
        for scheme in ("light", "dark"):
            page = self.open(width=390, height=844, scheme=scheme, touch=True)
            terminal = Terminal.open(page)
            self.assertEqual(page.evaluate(looks.CONTRAST), [])
            self.assertEqual(page.evaluate(looks.CONTROLS), [])
            self.assertLessEqual(page.evaluate(looks.OVERFLOW), 0)
            self.shoot(page, f"terminal-390-{scheme}")
            terminal.run("cat")
            page.wait_for_timeout(200)
            page.get_by_role("button", name="Ctrl").click()
            page.keyboard.type("c")
            # Whatever is typed before a terminal has seen Ctrl+C is thrown away with it.
            terminal.wait(re.compile(r"\^C\s*\n> "))
            terminal.run("echo out-of-cat-$((1 + 1))")
            terminal.wait("out-of-cat-2")
