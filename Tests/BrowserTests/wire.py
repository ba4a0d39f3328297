"""A line between browser and server that can be cut, and a WebSocket's handshake said by hand."""

import base64
import os
import socket
import ssl
import threading
import urllib.parse


class Line:
    """Forwards TCP, until it is cut: at once and noticed, or silently as a network that went away."""

    def __init__(self, url):
        parts = urllib.parse.urlsplit(url)
        self._target = (parts.hostname, parts.port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._is_up = threading.Event()
        self._is_up.set()
        self._flows = threading.Event()
        self._flows.set()
        self._pairs = []
        self.url = f"https://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self):
        self._is_up.clear()
        self._hang_up()

    def freeze(self):
        self._is_up.clear()
        self._flows.clear()

    def mend(self):
        if not self._flows.is_set():
            self._hang_up()
        self._is_up.set()
        self._flows.set()

    def close(self):
        self._listener.close()
        self._hang_up()
        self._flows.set()

    def _hang_up(self):
        for end in [end for pair in self._pairs for end in pair]:
            self._end(end)
        self._pairs.clear()

    @staticmethod
    def _end(connection):
        # The other thread may still read from it.
        try:
            connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def _accept(self):
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            if not self._is_up.is_set():
                near.close()
                continue
            try:
                pair = (near, socket.create_connection(self._target))
            except OSError:
                near.close()
                continue
            self._pairs.append(pair)
            for source, target in (pair, pair[::-1]):
                threading.Thread(target=self._pump, args=(source, target), daemon=True).start()

    def _pump(self, source, target):
        try:
            while data := source.recv(1 << 16):
                self._flows.wait()
                target.sendall(data)
        except OSError:
            pass
        self._end(source)
        self._end(target)
        source.close()


def websocket_status(url, path, origin=None, headers=()):
    """What the server answers to a WebSocket's handshake: 101 lets it in."""
    parts = urllib.parse.urlsplit(url)
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    lines = [
        f"GET {path} HTTP/1.1", f"Host: {parts.netloc}", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}", *headers,
    ]
    if origin:
        lines.append(f"Origin: {origin}")
    with socket.create_connection((parts.hostname, parts.port), timeout=20) as plain:
        with context.wrap_socket(plain) as connection:
            connection.sendall("\r\n".join([*lines, "", ""]).encode())
            answer = connection.recv(4096)
    return int(answer.split(b" ", 2)[1])
