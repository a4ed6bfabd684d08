"""Firefox on a phone: what its own watch for portals says, before the tap and after it.

Runs inside the phone's namespace, and speaks Marionette, Firefox's own remote control.
"""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

PORT = 2828
STATES = ("unknown", "not captive", "unlocked", "locked")
PREFERENCES = """\
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("app.update.enabled", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("network.captive-portal-service.enabled", true);
user_pref("captivedetect.canonicalURL", "http://detectportal.firefox.com/canonical.html");
user_pref("captivedetect.pollingTime", 500);
"""
LOOK = """
const watch = Cc["@mozilla.org/network/captive-portal-service;1"]
  .getService(Ci.nsICaptivePortalService);
Services.prefs.setBoolPref("network.captive-portal-service.enabled", true);
watch.recheckCaptivePortal();
return watch.state;
"""


class Marionette:
    """One command after the other."""

    def __init__(self) -> None:
        self._wire = self._connect()
        self._number = 0
        self._read()

    @staticmethod
    def _connect() -> socket.socket:
        for _ in range(120):
            try:
                wire = socket.create_connection(("127.0.0.1", PORT), 2)
            except OSError:
                time.sleep(0.5)
            else:
                wire.settimeout(60)
                return wire
        raise TimeoutError("Firefox did not start")

    def say(self, command: str, **parameters: object) -> Any:  # noqa: ANN401  JSON
        self._number += 1
        text = json.dumps([0, self._number, command, parameters]).encode()
        self._wire.sendall(str(len(text)).encode() + b":" + text)
        answer = self._read()
        if answer[2] is not None:
            raise RuntimeError(str(answer[2]))
        return answer[3]

    def _read(self) -> Any:  # noqa: ANN401  JSON
        length = b""
        while (sign := self._wire.recv(1)) != b":":
            length += sign
        text = b""
        while len(text) < int(length):
            text += self._wire.recv(int(length) - len(text))
        return json.loads(text)


def state(firefox: Marionette) -> str:
    found = firefox.say("WebDriver:ExecuteScript", script=LOOK, args=[], sandbox="system")
    return STATES[int(found["value"])]


def until(firefox: Marionette, wanted: str) -> str:
    """The state, when it is that one or has not become it for long."""
    found = ""
    for _ in range(40):
        found = state(firefox)
        if found == wanted:
            break
        time.sleep(0.75)
    return found


def main() -> None:
    page, home = sys.argv[1], Path(sys.argv[2])
    home.mkdir(parents=True, exist_ok=True)
    (home / "user.js").write_text(PREFERENCES, encoding="ascii")
    with (home / "log").open("ab") as log:
        process = subprocess.Popen(
            ["firefox-esr", "--headless", "--marionette", "--profile", str(home), "--no-remote",
             "--remote-allow-system-access", "about:blank"],
            stdout=log, stderr=log, env={**os.environ, "HOME": str(home), "MOZ_HEADLESS": "1"},
        )  # fmt: skip
    try:
        firefox = Marionette()
        firefox.say("WebDriver:NewSession", capabilities={})
        firefox.say("Marionette:SetContext", value="chrome")
        print(until(firefox, "locked"), flush=True)
        urllib.request.urlopen(f"{page}wifi", data=b"", timeout=5).close()
        print(until(firefox, "unlocked"), flush=True)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


if __name__ == "__main__":
    main()
