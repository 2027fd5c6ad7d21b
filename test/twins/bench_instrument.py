#!/usr/bin/env python3
"""Protocol twin of the "benchframe bench instrument" on a pseudo terminal; Python 3 and its standard library are enough.

By hand:      python3 test/twins/bench_instrument.py --link /tmp/bench --interval 100
              then connect Benchframe to /tmp/bench and choose its trigger line.
Under test:   start-twin.ts starts it with --control and speaks JSON lines on stdin; each command is answered by a JSON line on stdout.
              --log FILE gets one JSON object for every line in and out: {"n": sequence, "t": ns of the monotonic clock,
              "dir": "in" | "out" | "event", "text": ...}. A line out is logged before it is written, in the order of the wire.

The protocol itself is described in src-main/devices/bench-instrument/protocol.ts. Commands on stdin ("do" names them):
  trigger {count, everyMs}   edges: count null means without end; they are numbered on while unplugged, and lost
  stopTrigger
  temperature {value, perSecond, noise, everyMs}      ramp with Gaussian noise (seeded by --seed), pushed every everyMs
  unplug / replug            the pseudo terminal goes away, and comes back under the same link
  restart {laser}            as if the power had been cut: edges from 1 again, silent until asked for its identity, laser off or as given
  loseEdges {count}          edges that are numbered and never sent
  serial {text}, model {text}                         change the serial number and the model that it tells
  garbage {lines, bytes}     lines of nonsense; with bytes, raw random bytes instead
  garble {share}             from now on this share of all lines is nonsense in their place
  silence {on, all}          commands are read and not answered; with all, no pushes either
  slow {ms, count}           the next replies are late
  half {}                    the next reply stops before its end
  refuse {text}              the next command is answered by this
  partial {on}               everything is written byte by byte, 2 ms apart
  raw {text}                 exactly this text
  quit
"""
import argparse
import errno
import fcntl
import json
import os
import pty
import random
import select
import time
import tty

LIMITS = {"x": (-5000.0, 5000.0), "y": (-5000.0, 5000.0), "z": (-500.0, 500.0)}
SPEED = {"x": 2000.0, "y": 2000.0, "z": 500.0}  # µm/s
MAX_POWER = 100.0  # mW
POSITION_MOVING_S, POSITION_STILL_S, LASER_S = 0.05, 0.5, 0.5


class Log:
    def __init__(self, path):
        self.file = open(path, "a", buffering=1, encoding="utf-8") if path else None
        self.n = 0

    def add(self, direction, text):
        if self.file:
            entry = {"n": self.n, "t": time.monotonic_ns(), "dir": direction, "text": text}
            self.file.write(json.dumps(entry) + "\n")
        self.n += 1


class Commands:
    """JSON commands on stdin, each answered by a line on stdout."""

    def __init__(self):
        self.rest = bytearray()

    def take(self, do):
        """Does what has come; False when the twin is to end."""
        chunk = os.read(0, 65536)
        if not chunk:
            return False
        self.rest += chunk
        while b"\n" in self.rest:
            line, _, rest = self.rest.partition(b"\n")
            self.rest = bytearray(rest)
            message = json.loads(line)
            if message["do"] == "quit":
                return False
            try:
                answer = {"ok": True, **do(message)}
            except (KeyError, TypeError) as error:
                answer = {"ok": False, "problem": str(error)}
            print(json.dumps(answer), flush=True)
        return True


class Wire:
    """The pseudo terminal: comes and goes, and knows whether anyone has the other end open."""

    def __init__(self, link, log):
        self.link, self.log = link, log
        self.master = None
        self.pending = bytearray()
        self.paced = False
        self.next_byte = 0.0

    def plug(self):
        if self.master is not None:
            return
        master, slave = pty.openpty()
        name = os.ttyname(slave)
        tty.setraw(slave)
        os.close(slave)  # so that a host that leaves shows as a hang-up
        fcntl.fcntl(master, fcntl.F_SETFL, fcntl.fcntl(master, fcntl.F_GETFL) | os.O_NONBLOCK)
        self.master = master
        self.pending.clear()
        if os.path.islink(self.link):
            os.unlink(self.link)
        os.symlink(name, self.link)
        self.log.add("event", "plugged")

    def unplug(self):
        if self.master is None:
            return
        self.log.add("event", "unplugged")
        os.close(self.master)
        self.master = None
        if os.path.islink(self.link):
            os.unlink(self.link)

    def write(self, data):
        if self.master is not None:
            self.pending += data
            self.flush()

    def flush(self):
        while self.pending and self.master is not None:
            if self.paced and time.monotonic() < self.next_byte:
                return
            piece = self.pending[:1] if self.paced else self.pending[:4096]
            try:
                sent = os.write(self.master, piece)
            except OSError as error:
                if error.errno != errno.EAGAIN:
                    self.pending.clear()
                return
            del self.pending[:sent]
            self.next_byte = time.monotonic() + 0.002

    def read(self):
        """Bytes, b"" when there are none, None when nobody has the other end open."""
        try:
            return os.read(self.master, 4096)
        except OSError as error:
            return None if error.errno == errno.EIO else b""


class Instrument:
    def __init__(self, options, log, wire):
        self.options, self.log, self.wire = options, log, wire
        self.random = random.Random(options.seed)
        self.serial, self.model = options.serial, "benchframe-bench"
        self.faults = {"silence": None, "slow": None, "half": False, "refuse": None}
        self.garbled = 0.0
        self.temperature = {"value": options.temperature, "perSecond": options.ramp, "noise": 0.02, "everyMs": 200}
        self.temperature_from = time.monotonic()
        self.train = None
        self.late = []  # (time, line)
        self.input = bytearray()
        self.hung_up = False
        self.power_up()
        self.laser["on"] = True  # as if someone had switched it on at the instrument; after a restart it is off

    def power_up(self):
        now = time.monotonic()
        self.awake = False
        self.sequence = 0
        self.born = now
        self.laser = {"on": False, "set": 50.0}
        self.motion = {"from": {"x": 100.0, "y": 200.0, "z": 50.0}, "to": {"x": 100.0, "y": 200.0, "z": 50.0}, "at": now}
        self.was_moving = False
        self.due = {"temp": now, "pos": now, "laser": now}

    # --- what it is doing -------------------------------------------------

    def place(self):
        past = time.monotonic() - self.motion["at"]
        out, moving = {}, False
        for axis, start in self.motion["from"].items():
            distance = self.motion["to"][axis] - start
            travel = abs(distance) / SPEED[axis]
            moving = moving or past < travel
            out[axis] = self.motion["to"][axis] if past >= travel else start + distance * past / travel
        return out, moving

    def move(self, target):
        here, _ = self.place()
        self.motion = {"from": here, "to": {**here, **target}, "at": time.monotonic()}
        self.due["pos"] = 0.0

    def position_text(self):
        place, moving = self.place()
        return "POS x=%.2f y=%.2f z=%.2f moving=%d" % (place["x"], place["y"], place["z"], moving)

    def laser_text(self):
        read = self.laser["set"] * (1 + self.random.gauss(0, 0.0005)) if self.laser["on"] else 0.0
        return "LASER on=%d set=%.2f read=%.2f" % (self.laser["on"], self.laser["set"], read)

    def celsius(self):
        t = self.temperature
        past = time.monotonic() - self.temperature_from
        return t["value"] + t["perSecond"] * past + self.random.gauss(0, t["noise"])

    # --- what it says -----------------------------------------------------

    def say(self, line):
        if self.garbled > 0 and self.random.random() < self.garbled:
            self.log.add("event", "garbled: " + line)
            line = self.nonsense()
        else:
            self.log.add("out", line)
        self.wire.write(line.encode("utf-8") + b"\n")

    def nonsense(self):
        return "".join(self.random.choice("?~%&xz#@ 0123") for _ in range(self.random.randrange(3, 30)))

    def push(self, line):
        if self.awake and self.wire.master is not None and self.faults["silence"] != "all":
            self.say("!" + line)

    def reply(self, line):
        if self.faults["silence"] is not None:
            return
        slow = self.faults["slow"]
        if slow is None and self.late:
            self.late.append((self.late[-1][0], line))  # answers never overtake each other
        elif slow:
            slow["count"] -= 1
            if slow["count"] <= 0:
                self.faults["slow"] = None
            self.late.append((time.monotonic() + slow["ms"] / 1000, line))
        elif self.faults["half"]:
            self.faults["half"] = False
            cut = line[: max(1, len(line) // 2)]
            self.log.add("event", "half: " + cut)
            self.wire.write(cut.encode())
        else:
            self.say(line)

    def edge(self):
        self.sequence += 1
        self.push("TRIG %d %d" % (self.sequence, int((time.monotonic() - self.born) * 1e6)))

    # --- what it is told --------------------------------------------------

    def received(self, data):
        self.input += data
        while b"\n" in self.input:
            line, _, rest = self.input.partition(b"\n")
            self.input = bytearray(rest)
            text = line.decode("utf-8", "replace").strip("\r")
            if text:
                self.log.add("in", text)
                self.obey(text)

    def obey(self, text):
        word, _, rest = text.partition(" ")
        try:
            refusal, self.faults["refuse"] = self.faults["refuse"], None
            answer = refusal or self.answer(word, rest)
        except (ValueError, KeyError):
            answer = "ERR 2 cannot read " + text[:60]
        if answer is not None:
            self.reply(answer)

    def answer(self, word, rest):
        if word == "ID?":
            self.awake = True
            return "ID %s 1 sn=%s" % (self.model, self.serial)
        if word == "SYNC?":
            return "SYNC %d" % int(rest)
        if word == "POS?":
            return self.position_text()
        if word == "BUSY?":
            return "BUSY %d" % self.place()[1]
        if word == "STOP":
            self.move({})
            return "OK"
        if word == "MOVE":
            return self.start_move({key: float(value) for key, value in pairs(rest)})
        if word == "LASER?":
            return self.laser_text()
        if word == "LASER":
            return self.set_laser(dict(pairs(rest)))
        if word == "TEMP?":
            return "TEMP %.3f" % self.celsius()
        return "ERR 1 unknown command " + word[:40]

    def start_move(self, target):
        for axis, value in target.items():
            low, high = LIMITS[axis]
            if not low <= value <= high:
                return "ERR 3 %s out of range" % axis
        self.move(target)
        self.was_moving = True
        return "OK"

    def set_laser(self, wanted):
        power = float(wanted.get("power", self.laser["set"]))
        on = int(wanted.get("on", self.laser["on"]))
        if not 0 <= power <= MAX_POWER or on not in (0, 1):
            return "ERR 3 power out of range"
        self.laser = {"on": bool(on), "set": power}
        self.due["laser"] = 0.0
        return "OK"

    # --- time -------------------------------------------------------------

    def tick(self):
        now = time.monotonic()
        for entry in [entry for entry in self.late if entry[0] <= now]:
            self.late.remove(entry)
            self.say(entry[1])
        if now >= self.due["temp"]:
            self.due["temp"] = now + self.temperature["everyMs"] / 1000
            self.push("TEMP %.3f" % self.celsius())
        _, moving = self.place()
        if now >= self.due["pos"] or moving != self.was_moving:
            self.due["pos"] = now + (POSITION_MOVING_S if moving else POSITION_STILL_S)
            self.push(self.position_text())
            self.was_moving = moving
        if now >= self.due["laser"]:
            self.due["laser"] = now + LASER_S
            self.push(self.laser_text())
        self.run_train(now)

    def run_train(self, now):
        train = self.train
        while train and now >= train["next"]:
            self.edge()
            train["next"] += train["every"]
            if train["left"] is not None:
                train["left"] -= 1
                if train["left"] <= 0:
                    self.log.add("event", "train ended")
                    self.train = train = None

    def next_due(self):
        times = list(self.due.values()) + [entry[0] for entry in self.late]
        if self.train:
            times.append(self.train["next"])
        if self.wire.pending:
            times.append(self.wire.next_byte if self.wire.paced else time.monotonic() + 0.005)
        if self.was_moving:
            times.append(time.monotonic() + 0.005)
        return min(times)

    # --- commands of the test ---------------------------------------------

    def command(self, message):
        what = message["do"]
        if what == "trigger":
            every = message.get("everyMs", 100) / 1000
            self.train = {"left": message.get("count"), "every": every, "next": time.monotonic()}
        elif what == "stopTrigger":
            self.train = None
        elif what == "temperature":
            self.temperature.update({k: v for k, v in message.items() if k in self.temperature})
            self.temperature_from = time.monotonic()
            self.due["temp"] = 0.0
        elif what == "unplug":
            self.wire.unplug()
            self.awake = False
            self.input.clear()
            self.late.clear()
        elif what == "replug":
            self.wire.plug()
        elif what == "restart":
            self.power_up()
            self.laser["on"] = message.get("laser", False)
        elif what == "loseEdges":
            self.sequence += message["count"]
        elif what == "serial":
            self.serial = message["text"]
        elif what == "model":
            self.model = message["text"]
        elif what == "garbage":
            self.garbage(message)
        elif what == "garble":
            self.garbled = message["share"]
        elif what == "silence":
            self.faults["silence"] = ("all" if message.get("all") else "replies") if message.get("on", True) else None
        elif what == "slow":
            self.faults["slow"] = {"ms": message["ms"], "count": message.get("count", 1)}
        elif what == "half":
            self.faults["half"] = True
        elif what == "refuse":
            self.faults["refuse"] = message["text"]
        elif what == "partial":
            self.wire.paced = message.get("on", True)
        elif what == "raw":
            self.log.add("event", "raw")
            self.wire.write(message["text"].encode())
        elif what == "state":
            pass
        else:
            raise KeyError("no command " + what)
        place, moving = self.place()
        return {"laser": self.laser, "position": place, "moving": moving, "sequence": self.sequence, "awake": self.awake}

    def garbage(self, message):
        if "bytes" in message:
            self.log.add("event", "garbage bytes")
            self.wire.write(bytes(self.random.randrange(256) for _ in range(message["bytes"])))
            return
        for _ in range(message.get("lines", 1)):
            self.say(self.nonsense())


def pairs(text):
    return [(key, value) for key, _, value in (word.partition("=") for word in text.split())]


def serve(instrument, wire, control):
    commands = Commands()
    while True:
        wait = max(0.0, min(0.5, instrument.next_due() - time.monotonic()))
        watched = [fd for fd in ([0] if control else []) + ([wire.master] if wire.master is not None else [])]
        if instrument.hung_up:
            watched = [fd for fd in watched if fd != wire.master]
            wait = min(wait, 0.02)
        ready, _, _ = select.select(watched, [], [], wait)
        if wire.master is not None:
            data = wire.read()
            if data is None and not instrument.hung_up:
                instrument.hung_up, instrument.awake = True, False
                wire.pending.clear()
            elif data is not None:
                instrument.hung_up = False
                if data:
                    instrument.received(data)
        if 0 in ready:
            if not commands.take(instrument.command):
                return
        instrument.tick()
        wire.flush()


def main():
    parser = argparse.ArgumentParser(description="Twin of the benchframe bench instrument on a pseudo terminal.")
    parser.add_argument("--link", required=True, help="path of the port, made as a symbolic link")
    parser.add_argument("--log", help="JSON lines of all traffic")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--serial", default="BF0001")
    parser.add_argument("--temperature", type=float, default=37.0, help="°C at the start")
    parser.add_argument("--ramp", type=float, default=0.0, help="°C a second")
    parser.add_argument("--interval", type=float, default=0.0, help="ms between edges of the trigger line; 0: none")
    parser.add_argument("--control", action="store_true", help="take JSON commands on stdin")
    options = parser.parse_args()
    log = Log(options.log)
    wire = Wire(options.link, log)
    instrument = Instrument(options, log, wire)
    if options.interval > 0:
        instrument.command({"do": "trigger", "count": None, "everyMs": options.interval})
    wire.plug()
    print(json.dumps({"ready": options.link, "port": os.readlink(options.link)}), flush=True)
    try:
        serve(instrument, wire, options.control)
    except KeyboardInterrupt:
        pass
    finally:
        wire.unplug()


if __name__ == "__main__":
    main()
