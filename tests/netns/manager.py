"""A NetworkManager of our own in a namespace: its own bus, its own files, nothing of the machine's.

It sees a read-only /sys, so that it does not wait for a udev that is not there.
"""

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>unix:path={socket}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow user="*"/><allow own="*"/><allow send_type="method_call"/>
<allow send_destination="*"/><allow receive_sender="*"/></policy></busconfig>
"""
CONF = """[main]
plugins=keyfile
auth-polkit=false
rc-manager=unmanaged
dhcp=internal
no-auto-default=*
[keyfile]
unmanaged-devices=except:interface-name:{interface}
[connectivity]
uri=http://nmcheck.gnome.org/check_network_status.txt
interval=300
[logging]
level=WARN
"""
START = """
mount --make-rprivate /
mount -o remount,ro,bind /sys 2>/dev/null || mount -t sysfs -o ro sysfs /sys
mount -t tmpfs tmpfs /run
mkdir /run/NetworkManager
mount --bind {folder}/etc /etc/NetworkManager
mount --bind {folder}/run /run/NetworkManager
mount --bind {folder}/lib /var/lib/NetworkManager
exec NetworkManager --no-daemon --config /etc/NetworkManager/NetworkManager.conf
"""


def missing() -> str | None:
    gone = [
        one
        for one in ("NetworkManager", "dbus-daemon", "dbus-send", "unshare")
        if not shutil.which(one)
    ]
    return f"not installed: {', '.join(gone)}" if gone else None


@contextmanager
def network_manager(space: str, folder: Path, interface: str) -> Iterator[str]:
    """Run one in that namespace for that interface; yields the address of its bus."""
    for name in ("etc", "run", "lib"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    socket = folder / "bus"
    (folder / "bus.conf").write_text(BUS.format(socket=socket), encoding="utf-8")
    conf = folder / "etc" / "NetworkManager.conf"
    conf.write_text(CONF.format(interface=interface), encoding="utf-8")
    address = f"unix:path={socket}"
    with (folder / "log").open("ab") as log:
        bus = subprocess.Popen(
            ["dbus-daemon", f"--config-file={folder / 'bus.conf'}", "--nofork", "--nopidfile"],
            stdout=log,
            stderr=log,
        )
        manager = None
        try:
            _until(socket.exists)
            manager = subprocess.Popen(
                ["ip", "netns", "exec", space, "unshare", "-m", "sh", "-c",
                 START.format(folder=folder)],
                stdout=log, stderr=log, env={**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": address},
            )  # fmt: skip
            _until(lambda: _is_there(address))
            yield address
        finally:
            for process in (manager, bus):
                if process is not None:
                    process.terminate()
                    try:
                        process.wait(10)
                    except subprocess.TimeoutExpired:
                        process.kill()
                        process.wait()


def _is_there(address: str) -> bool:
    said = subprocess.run(
        ["dbus-send", f"--bus={address}", "--print-reply", "--dest=org.freedesktop.DBus", "/",
         "org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.NetworkManager"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return "true" in said.stdout


def _until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 15
    while not true():
        assert time.monotonic() < end, "NetworkManager did not start"
        time.sleep(0.05)
