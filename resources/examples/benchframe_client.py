"""Talks with Benchframe over its local socket; Python 3.8 or newer, nothing to install.

Run as a program it waits for a frame whose `temperature` is above a level and asks for a burst:

    python3 benchframe_client.py --key temperature --above 38 --burst 20
"""

import argparse
import json
import os
import socket
import sys
from pathlib import Path


def access_file() -> Path:
    """Where Benchframe keeps port and token while its socket is open."""
    if sys.platform == "darwin":
        folder = Path.home() / "Library" / "Application Support"
    elif os.name == "nt":
        folder = Path(os.environ["APPDATA"])
    else:
        folder = Path(os.environ.get("XDG_CONFIG_HOME", Path.home() / ".config"))
    return folder / "Benchframe" / "programs.json"


class Benchframe:
    """A connection. Requests wait for their answers; events that come in between are kept for `events()`."""

    def __init__(self, name, access=None):
        path = Path(access) if access else access_file()
        if not path.exists():
            raise RuntimeError(f"{path} is not there: turn on Settings > Other programs in Benchframe.")
        found = json.loads(path.read_text())
        self._socket = socket.create_connection(("127.0.0.1", found["port"]), timeout=None)
        self._lines = self._socket.makefile("r", encoding="utf-8", newline="\n")
        self._kept = []
        self._next_id = 1
        self._send({"token": found["token"], "name": name})
        self._check(self._read())

    def status(self):
        return self.request("status")

    def devices(self):
        return self.request("devices")

    def burst(self, frames, every_ms=0):
        """Numbers in the dataset of the frames that were taken."""
        return self.request("burst", frames=frames, everyMs=every_ms)["frames"]

    def set(self, device, property, value):
        return self.request("set", device=device, property=property, value=value)

    def note(self, text):
        return self.request("note", text=text)

    def frames(self):
        """The record of each frame from now on, as it is written; ends when the run does."""
        self.request("subscribe", frames=True, run=True)
        for event in self.events():
            if event["event"] == "frame":
                yield event
            elif event["event"] == "run" and event["run"]["phase"] in ("finished", "failed"):
                return

    def events(self):
        while True:
            yield self._kept.pop(0) if self._kept else self._read()

    def request(self, do, **arguments):
        """One request and its answer. Raises RuntimeError with Benchframe's own sentence."""
        id, self._next_id = self._next_id, self._next_id + 1
        self._send({"id": id, "do": do, **arguments})
        while True:
            said = self._read()
            if "event" in said:
                self._kept.append(said)
            elif said.get("id") == id:
                return self._check(said).get("answer")

    def close(self):
        self._lines.close()
        self._socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _send(self, value):
        self._socket.sendall((json.dumps(value) + "\n").encode())

    def _read(self):
        line = self._lines.readline()
        if line == "":
            raise ConnectionError("Benchframe closed the connection.")
        return json.loads(line)

    @staticmethod
    def _check(said):
        if not said["ok"]:
            failure = said["failure"]
            raise RuntimeError(" ".join(filter(None, [failure["message"], failure.get("next")])))
        return said


def main():
    parser = argparse.ArgumentParser(description="Asks Benchframe for a burst when a key of a frame's record is above a level.")
    parser.add_argument("--key", default="temperature")
    parser.add_argument("--above", type=float, default=38)
    parser.add_argument("--burst", type=int, default=20)
    parser.add_argument("--access", help="path of programs.json")
    given = parser.parse_args()
    with Benchframe(name="example", access=given.access) as bench:
        for event in bench.frames():
            value = event["record"].get(given.key)
            if isinstance(value, (int, float)) and value > given.above:
                bench.note(f"{given.key} is {value}")
                taken = bench.burst(given.burst)
                print(json.dumps({"cause": event["frame"], "value": value, "frames": taken}))
                return


if __name__ == "__main__":
    main()
