"""A mail server on loopback that speaks SMTP and does as it is told: takes, refuses, falls silent, or hangs up."""

import email
import email.policy
import socketserver
import threading
import time
from collections.abc import Callable
from email.message import EmailMessage
from typing import Self

# what the server does with a recipient, by how many it was asked for before: "take", "451 later", "hang up", ...
Plan = Callable[[int], str]


class Postbox:
    """The server, what it took, and how often it was asked."""

    def __init__(self) -> None:
        self.raw: list[tuple[str, bytes]] = []  # (recipient, letter)
        self.asked = 0
        self.plan: Plan = lambda number: "take"
        self.lock = threading.Lock()
        box = self

        class Line(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                box.talk(self)

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Line)
        self.server.daemon_threads = True
        self.port: int = self.server.server_address[1]

    def start(self) -> Self:
        """Answer from now on."""
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def stop(self) -> None:
        """Answer no more."""
        self.server.shutdown()
        self.server.server_close()

    @property
    def letters(self) -> list[EmailMessage]:
        """What was taken, as mail programs read it."""
        return [email.message_from_bytes(raw, _class=EmailMessage, policy=email.policy.default) for _, raw in self.raw]

    def talk(self, line: socketserver.StreamRequestHandler) -> None:
        """Hold one conversation."""

        def say(words: str) -> None:
            line.wfile.write(f"{words}\r\n".encode())

        recipient, deed = "", "take"
        say("220 postbox")
        while command := line.rfile.readline().decode().strip():
            verb = command[:4].upper()
            if verb == "RCPT":
                with self.lock:
                    recipient, deed = command.split("<")[1].split(">")[0], self.plan(self.asked)
                    self.asked += 1
                if deed == "hang up":
                    return
                say(deed if deed[0] in "45" else "250 yes")
            elif verb == "DATA":
                say("354 go on")
                body = self._read(line)
                if deed == "hang up after":
                    return
                if deed.startswith("after "):  # a refusal of the words
                    say(deed.removeprefix("after "))
                    continue
                with self.lock:
                    self.raw.append((recipient, body))
                if deed == "take and hang up":
                    return
                if deed.startswith("slow "):
                    time.sleep(float(deed.removeprefix("slow ")))
                say("250 taken")
            elif verb == "QUIT":
                say("221 bye")
                return
            else:
                say("250 yes")

    @staticmethod
    def _read(line: socketserver.StreamRequestHandler) -> bytes:
        lines: list[bytes] = []
        while (one := line.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(one[1:] if one.startswith(b"..") else one)
        return b"".join(lines)
