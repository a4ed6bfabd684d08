"""Tells systemd how we are, in the few words of sd_notify(3)."""

import os
import socket
from collections.abc import Mapping


class SystemdNotifier:
    """READY, STATUS and STOPPING to $NOTIFY_SOCKET; silent when nobody listens."""

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        self._address = environ.get("NOTIFY_SOCKET", "")

    def ready(self) -> None:
        self._send("READY=1")

    def status(self, sentence: str) -> None:
        self._send(f"STATUS={sentence}")

    def stopping(self) -> None:
        self._send("STOPPING=1")

    def _send(self, message: str) -> None:
        if not self._address:
            return
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
            sender.sendto(message.encode(), address)
