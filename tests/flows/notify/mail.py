"""A mail server on loopback that takes letters, or refuses them."""

import email
import email.policy
import socketserver
import threading
from email.message import EmailMessage


class MailServer:
    """Takes letters into `letters`; `refusals` of the next ones it answers with 451."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.refusals = 0
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"mail": self}))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        self.port = self._server.server_address[1]

    def stop(self) -> None:
        """Stop answering."""
        self._server.shutdown()
        self._server.server_close()


class _Handler(socketserver.StreamRequestHandler):
    mail: MailServer

    def handle(self) -> None:
        self._say("220 loopback")
        while line := self.rfile.readline():
            verb = line.split()[0].upper() if line.split() else b""
            if verb == b"QUIT":
                self._say("221 bye")
                return
            if verb == b"DATA":
                self._take()
            elif verb == b"RCPT" and self.mail.refusals:
                self.mail.refusals -= 1
                self._say("451 try again later")
            else:
                self._say("250 fine")

    def _take(self) -> None:
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        letter = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
        self.mail.letters.append(letter)
        self._say("250 taken")

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())
        self.wfile.flush()
