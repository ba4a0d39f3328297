"""The scripts' own decisions, each with a few strings, in the engine that runs them."""

import base64
import re

from browser import BrowserTest


class Scripts(BrowserTest):
    def setUp(self):
        super().setUp()
        self.page = self.open()
        self.page.goto("/envoys")
        source = self.page.locator("script[src$='/scripts/console.js']").get_attribute("src")
        self.root = source.removesuffix("/console.js")

    def run_in(self, module, body, argument=None):
        """`body` is a function's; `module` and `argument` are its to use."""
        script = f"async ([path, argument]) => {{ const module = await import(path); {body} }}"
        return self.page.evaluate(script, [f"{self.root}/{module}", argument])

    def test_typing_survives_any_line_that_breaks_anywhere(self):
        # A server takes what it likes of what was sent, forgets to say how much, loses the line, and is asked again.
        lost = self.run_in("terminal/outgoing.js", """
            let seed = 7;
            const random = (below) => { seed = (seed * 1103515245 + 12345) % 2147483648; return seed % below; };
            const put = (list, bytes) => { for (const byte of bytes) list.push(byte); };
            for (let round = 0; round < 15; round += 1) {
                const outgoing = new module.Outgoing();
                const typed = [];
                const arrived = [];
                let socket = null;
                const connect = () => {
                    const buffered = [];
                    socket = { readyState: 1, send: (bytes) => put(buffered, bytes), buffered };
                    outgoing.acknowledge(arrived.length, socket);
                };
                connect();
                for (let step = 0; step < 60; step += 1) {
                    const action = random(10);
                    if (action < 5) {
                        const bytes = Uint8Array.from({ length: 1 + random(40000) }, () => random(256));
                        put(typed, bytes);
                        outgoing.add(bytes);
                    } else if (action < 8 && socket) {
                        put(arrived, socket.buffered.splice(0, random(socket.buffered.length + 1)));
                        if (random(2)) outgoing.acknowledge(arrived.length, socket);
                    } else if (action === 8 && socket) {
                        socket = null;
                        outgoing.disconnect();
                    } else if (!socket) connect();
                }
                connect();
                for (let turn = 0; turn < 1000 && outgoing.waiting > 0; turn += 1) {
                    put(arrived, socket.buffered.splice(0));
                    outgoing.acknowledge(arrived.length, socket);
                }
                if (arrived.length !== typed.length || arrived.some((byte, index) => byte !== typed[index])) return round;
            }
            return null;
        """)
        self.assertIsNone(lost)

    def test_no_more_is_sent_than_the_server_wants_to_hold(self):
        sent = self.run_in("terminal/outgoing.js", """
            const outgoing = new module.Outgoing();
            let sent = 0;
            const socket = { readyState: 1, send: (bytes) => { sent += bytes.length; } };
            outgoing.acknowledge(0, socket);
            outgoing.add(new Uint8Array(1 << 20));
            const first = sent;
            outgoing.acknowledge(100000, socket);
            const second = sent;
            const dropped = outgoing.drop();
            return [first, second - first, sent + dropped, outgoing.end];
        """)
        self.assertLessEqual(sent[0], 256 * 1024)
        self.assertGreater(sent[1], 0)
        self.assertEqual(sent[2], 1 << 20)
        self.assertEqual(sent[3], sent[0] + sent[1])

    def test_titles_are_one_short_line_of_text(self):
        for title, cleaned in (
            ("vim notes.txt", "vim notes.txt"), ("  a\n\tb  ", "a b"), ("x\u202egpj.exe", "x gpj.exe"), ("\u0007\u009b", ""),
            ("a\u2028b\u200bc", "a b c"), ("é" * 100, "é" * 59 + "…"), ("👩‍🚀", "👩 🚀"),
        ):
            self.assertEqual(self.run_in("terminal/escapes.js", "return module.cleanTitle(argument)", title), cleaned)

    def test_only_text_that_is_whole_is_offered_to_the_clipboard(self):
        encoded = base64.b64encode("grüße".encode()).decode()
        for data, text in (
            (f"c;{encoded}", "grüße"), (f";{encoded}", "grüße"), ("c;?", None), ("c", None), ("c;***", None), ("c;", None),
            ("c;" + base64.b64encode(b"\xff\xfe").decode(), None), ("c;" + "A" * 200000, None),
            ("c;" + base64.b64encode("one\ntwo\x1b[201~\u202ethree\x00".encode()).decode(), "one\ntwo[201~three"),
        ):
            self.assertEqual(self.run_in("terminal/escapes.js", "return module.clipboardText(argument)", data), text)

    def test_pasted_text_holds_nothing_that_a_terminal_obeys(self):
        for text, cleaned in (
            ("one\r\ntwo\tthree\r", "one\ntwo\tthree\r"), ("a\x1b[201~b\x00\x07\x7f\x9bc", "a[201~bc"), ("grüße 👩‍🚀", "grüße 👩‍🚀"),
        ):
            self.assertEqual(self.run_in("terminal/paste.js", "return module.cleanPaste(argument)", text), cleaned)

    def test_a_session_s_name_cannot_be_a_way_to_another_address(self):
        for name in ("../../envoys/web3/approve?", "", "63dfa092-5262-44ac-b04b-1533c709ab42/../x", "63dfa09252624" + "4" * 19):
            refused = self.run_in("terminal/connection.js", """
                try { new module.Connection(argument, {}); return false; } catch (error) { return error instanceof TypeError; }
            """, name)
            self.assertTrue(refused, name)

    def test_links_lead_to_the_web_or_nowhere(self):
        for address, is_web in (
            ("https://example.org/a b", True), ("http://[::1]:80/", True), ("javascript:alert(1)", False), ("file:///etc/passwd", False),
            ("ssh://host", False), ("data:text/html,x", False), ("nothing", False), ("HTTPS://EXAMPLE.ORG", True),
        ):
            self.assertEqual(self.run_in("terminal/links.js", "return module.isWebAddress(argument)", address), is_web)

    def test_times_are_said_as_the_server_says_them(self):
        for seconds, words in ((0, "just now"), (150, "3 min ago"), (3600, "1 hour ago"), (-7200, "in 2 hours"), (86400 * 800, "2 years ago")):
            self.assertEqual(self.run_in("times.js", "return module.distance(argument)", seconds), words)
        for seconds, words in ((0, "0:00"), (64.9, "1:04"), (3849, "1:04:09")):
            self.assertEqual(self.run_in("times.js", "return module.clock(argument)", seconds), words)

    def test_sentences_end(self):
        for text, whole in (("terminated by dan", "Terminated by dan."), ("Is it?", "Is it?"), ("  x ", "X.")):
            self.assertEqual(self.run_in("api.js", "return module.sentence(argument)", text), whole)

    def test_no_module_says_what_a_policy_would_have_to_forgive(self):
        names = self.page.evaluate("() => [...document.querySelectorAll('link[rel=modulepreload]')].map((link) => link.href)")
        self.assertGreater(len(names), 4)
        for name in names:
            source = self.page.request.get(name).text()
            self.assertIsNone(re.search(r"innerHTML\s*=|outerHTML\s*=|insertAdjacentHTML|document\.write|\beval\(|new Function", source), name)
