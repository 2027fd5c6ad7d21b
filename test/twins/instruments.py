#!/usr/bin/env python3
"""Protocol twins of bench instruments on pseudo terminals, after their documented syntax; Python 3 and its standard library are enough.

By hand:      python3 test/twins/instruments.py grbl --link /tmp/grbl
Under test:   start-twin.ts starts them with --control; see bench_instrument.py for the log and the way of commands.

Commands on stdin: unplug, replug, restart, silence {on}, slow {ms} (what it says from now on comes that much
later, together), state, raw {text}, refuse {text} (the next command is answered by this);
for stages stick {} (commands are taken and nothing moves);
for sensors temperature {value}; for the trigger box trigger {count, everyMs}, stopTrigger, loseEdges {count}.
"""
import argparse
import json
import random
import re
import select
import struct
import time

from bench_instrument import Commands, Log, Wire

LIMITS = {"x": 5000.0, "y": 5000.0, "z": 500.0}  # µm, both ways
SPEED = {"x": 2000.0, "y": 2000.0, "z": 500.0}  # µm/s


class Motion:
    """Three axes, each on its own way."""

    def __init__(self):
        self.stuck = False
        self.ways = {axis: (start, start, 0.0) for axis, start in (("x", 100.0), ("y", 200.0), ("z", 50.0))}

    def at(self, axis):
        start, end, began = self.ways[axis]
        past = (time.monotonic() - began) * SPEED[axis]
        distance = end - start
        return end if past >= abs(distance) else start + past * (1 if distance > 0 else -1)

    def place(self):
        return {axis: self.at(axis) for axis in "xyz"}

    def moving(self, axis=None):
        return any(self.at(one) != self.ways[one][1] for one in (axis or "xyz"))

    def go(self, **targets):
        """False, and nothing moves, when a target is beyond the travel."""
        if any(abs(value) > LIMITS[axis] for axis, value in targets.items()):
            return False
        for axis, value in targets.items() if not self.stuck else ():
            self.ways[axis] = (self.at(axis), value, time.monotonic())
        return True

    def stop(self):
        for axis, here in self.place().items():
            self.ways[axis] = (here, here, 0.0)


class Twin:
    ends = "\n"  # of what it says
    listens = b"\n"  # what ends a command
    realtime = b""  # bytes that are commands of their own

    def __init__(self, log, wire, seed):
        self.log, self.wire = log, wire
        self.random = random.Random(seed)
        self.motion = Motion()
        self.silent, self.refusal = False, None
        self.late, self.late_until = [], 0.0
        self.input = bytearray()
        self.temperature = 37.0
        self.start()

    def start(self):
        """Power-up."""

    def opened(self):
        """Someone has opened the port."""

    def tick(self):
        """Now and then."""

    def do(self, message):
        raise KeyError("no command " + message["do"])

    def state(self):
        return {}

    def say(self, *lines):
        if self.silent:
            return
        self.late += [(line, line.encode() + self.ends.encode()) for line in lines]
        self.flush()

    def say_bytes(self, data):
        if self.silent:
            return
        self.late.append((data.hex(" "), bytes(data)))
        self.flush()

    def flush(self):
        """Answers are late together and never overtake each other."""
        if time.monotonic() < self.late_until:
            return
        while self.late:
            text, data = self.late.pop(0)
            self.log.add("out", text)
            self.wire.write(data)

    def received(self, data):
        for byte in data:
            if byte in self.realtime:
                self.log.add("in", "byte %d" % byte)
                self.at_once(bytes([byte]))
            elif byte in self.listens:
                text = self.input.decode("latin1").strip()
                self.input.clear()
                if text:
                    self.log.add("in", text)
                    self.obey_or_refuse(text)
            else:
                self.input.append(byte)

    def obey_or_refuse(self, text):
        if self.refusal is not None:
            refusal, self.refusal = self.refusal, None
            self.say(refusal)
        else:
            self.obey(text)

    def word(self, text, letter):
        found = re.search(letter + r"=?(-?\d+(?:\.\d+)?)", text)
        return float(found.group(1)) if found else None

    def targets(self, text, times):
        found = {axis: self.word(text, axis.upper()) for axis in "xyz"}
        return {axis: value * times for axis, value in found.items() if value is not None}


class Grbl(Twin):
    """GRBL 1.1: interface.md of gnea/grbl. Resets when the port is opened, as an Arduino does."""

    ends, realtime = "\r\n", b"?!~\x18\x85"

    def start(self):
        self.mode = "Idle"

    def opened(self):
        self.say("", "Grbl 1.1h ['$' for help]")

    def at_once(self, byte):
        if byte == b"?":
            p = self.motion.place()
            mode = "Jog" if self.motion.moving() else self.mode
            self.say("<%s|MPos:%.3f,%.3f,%.3f|FS:0,0>" % (mode, p["x"] / 1000, p["y"] / 1000, p["z"] / 1000))
        elif byte == b"\x85":
            self.motion.stop()
        elif byte == b"\x18":
            alarm = self.motion.moving()
            self.motion.stop()
            if alarm:
                self.say("ALARM:3")
            self.mode = "Alarm" if alarm else "Idle"
            self.opened()

    def obey(self, text):
        if text == "$I":
            self.say("[VER:1.1h.20190830:]", "[OPT:V,15,128]", "ok")
        elif text == "$X":
            self.mode = "Idle"
            self.say("[MSG:Caution: Unlocked]", "ok")
        elif text.startswith("$J="):
            if self.mode == "Alarm":
                self.say("error:9")
            elif "F" not in text:
                self.say("error:22")
            else:
                self.say("ok" if self.motion.go(**self.targets(text, 1000)) else "error:15")
        elif text in ("G21", "G90"):
            self.say("error:9" if self.mode == "Alarm" else "ok")
        else:
            self.say("error:20")


class Asi(Twin):
    """ASI MS-2000: tenths of a micrometre, answers :A or :N-code, the status is a single letter."""

    ends, listens = "\r\n", b"\r"

    def obey(self, text):
        word, _, rest = text.partition(" ")
        if word == "V":
            self.say(":A Version: USB-9.2m")
        elif word == "M":
            self.say(":A" if self.motion.go(**self.targets(rest, 0.1)) else ":N-4")
        elif word == "W":
            p = self.motion.place()
            self.say(":A " + " ".join("%d" % round(p[axis.lower()] * 10) for axis in rest.split()))
        elif word == "/":
            self.say("B" if self.motion.moving() else "N")
        elif word in ("HALT", "\\"):
            halted = self.motion.moving()
            self.motion.stop()
            self.say(":N-21" if halted else ":A")
        else:
            self.say(":N-1")


class Marlin(Twin):
    """Marlin 2: ok after each command, M400 answers when it is still and says meanwhile that it is busy."""

    def start(self):
        self.waiting = None  # time of the next busy line
        self.queue = []

    def opened(self):
        self.say("start")

    def obey(self, text):
        if text == "M410":  # the emergency parser acts at once; the answer comes in turn
            self.motion.stop()
        if self.waiting is not None:
            self.queue.append(text)
        else:
            self.act(text)

    def act(self, text):
        word = text.split()[0]
        if word == "M115":
            self.say("FIRMWARE_NAME:Marlin 2.1.2.1 SOURCE_CODE_URL:github.com PROTOCOL_VERSION:1.0 MACHINE_TYPE:Stage", "Cap:EMERGENCY_PARSER:1", "ok")
        elif word in ("G0", "G1"):
            if not self.motion.go(**self.targets(text, 1000)):
                self.say("Error:Target beyond travel")
            self.say("ok")
        elif word == "M114":
            p = self.motion.place()
            self.say("X:%.3f Y:%.3f Z:%.3f E:0.00 Count X:0 Y:0 Z:0" % (p["x"] / 1000, p["y"] / 1000, p["z"] / 1000), "ok")
        elif word == "M400":
            self.waiting = time.monotonic() + 0.1
            self.tick()
        elif word in ("G21", "G90", "M410"):
            self.say("ok")
        else:
            self.say('echo:Unknown command: "%s"' % text, "ok")

    def tick(self):
        if self.waiting is None:
            return
        if not self.motion.moving():
            self.waiting = None
            self.say("ok")
            queued, self.queue = self.queue, []
            for text in queued:
                self.obey(text)
        elif time.monotonic() >= self.waiting:
            self.waiting += 0.1
            self.say("echo:busy: processing")


class Prior(Twin):
    """Prior ProScan in standard mode: R when a move has begun, a bit mask of moving axes."""

    ends, listens = "\r", b"\r"

    def start(self):
        self.unit = {"s": 1.0, "z": 1.0}

    def obey(self, text):
        word, *rest = re.split(r"[, ]+", text)
        if word == "COMP":
            self.say("0")
        elif word == "VERSION":
            self.say("305")
        elif word == "RES":
            self.unit[rest[0]] = float(rest[1])
            self.say("0")
        elif word in ("GX", "GY", "V"):
            axis = {"GX": "x", "GY": "y", "V": "z"}[word]
            unit = self.unit["z" if axis == "z" else "s"]
            self.say("R" if self.motion.go(**{axis: float(rest[0]) * unit}) else "E,7")
        elif word == "P":
            p = self.motion.place()
            self.say("%d,%d,%d" % tuple(round(p[axis] / self.unit["z" if axis == "z" else "s"]) for axis in "xyz"))
        elif word == "$":
            self.say("%d" % sum(bit for bit, axis in ((1, "x"), (2, "y"), (4, "z")) if self.motion.moving(axis)))
        elif word in ("I", "K"):
            self.motion.stop()
            self.say("R")
        else:
            self.say("E,8")


class Sangaboard(Twin):
    """Sangaboard v0.5 (OpenFlexure): relative moves in steps of a tenth of a micrometre here."""

    ends = "\r\n"

    def start(self):
        self.blocking = True

    def obey(self, text):
        word, *rest = text.split()
        if word == "version":
            self.say("Sangaboard Firmware v0.5.1")
        elif word == "blocking_moves":
            self.blocking = rest[0] == "true"
            self.say("done.")
        elif word in ("mrx", "mry", "mrz"):
            axis = word[2]
            self.say("done." if self.motion.go(**{axis: self.motion.at(axis) + float(rest[0]) / 10}) else "ERROR: limit")
        elif word == "p":
            p = self.motion.place()
            self.say("%d %d %d" % tuple(round(p[axis] * 10) for axis in "xyz"))
        elif word == "moving?":
            self.say("true" if self.motion.moving() else "false")
        elif word == "stop":
            self.motion.stop()
            self.say("done.")
        else:
            self.say("ERROR: command not recognised")


class Zaber(Twin):
    """Zaber ASCII protocol, one device with three axes, 0.05 µm a microstep here; alerts when an axis has arrived."""

    ends = "\r\n"

    def start(self):
        self.was_moving = False

    def status(self):
        return "BUSY" if self.motion.moving() else "IDLE"

    def obey(self, text):
        words = text.lstrip("/").split()
        axis = int(words[1]) if len(words) > 1 and words[1].isdigit() else 0
        ident = words[2] if len(words) > 2 and words[2].isdigit() else None
        rest = " ".join(words[1 + (len(words) > 1 and words[1].isdigit()) + (ident is not None):])
        head = "@01 %d%s" % (axis, " " + ident if ident else "")
        if rest == "get system.serial":
            self.say("%s OK %s -- 51234" % (head, self.status()))
        elif rest == "get pos":
            p = self.motion.place()
            self.say("%s OK %s -- %s" % (head, self.status(), " ".join("%d" % round(p[one] * 20) for one in "xyz")))
        elif rest.startswith("move abs "):
            going = self.motion.go(**{"xyz"[axis - 1]: float(rest.split()[2]) / 20})
            self.was_moving = self.motion.moving()
            self.say("%s OK BUSY -- 0" % head if going else "%s RJ %s -- BADDATA" % (head, self.status()))
        elif rest == "stop":
            self.motion.stop()
            self.say("%s OK %s -- 0" % (head, self.status()))
        else:
            self.say("%s RJ %s -- BADCOMMAND" % (head, self.status()))

    def tick(self):
        if self.was_moving and not self.motion.moving():
            self.was_moving = False
            self.say("!01 1 IDLE --")


class Obis(Twin):
    """Coherent OBIS: watts on the wire; with the handshake on, each command ends with OK."""

    ends, listens = "\r\n", b"\r"

    def start(self):
        self.handshake, self.on, self.watts = False, True, 0.05

    def ok(self, *lines):
        self.say(*lines, *(["OK"] if self.handshake else []))

    def obey(self, text):
        word, _, rest = text.partition(" ")
        if word == "SYST1:COMM:HAND":
            self.handshake = rest.lower() == "on"
            self.ok()
        elif word == "SYST1:COMM:PROM":
            self.ok()
        elif word == "SYST1:INF:SNUM?":
            self.ok("182345")
        elif word == "SOUR1:POW:LEV:IMM:AMPL":
            if 0 <= float(rest) <= 0.1:
                self.watts = float(rest)
                self.ok()
            else:
                self.say("ERR-220")
        elif word == "SOUR1:POW:LEV:IMM:AMPL?":
            self.ok("%.5f" % self.watts)
        elif word == "SOUR1:POW:LEV?":
            self.ok("%.5f" % (self.watts * (1 + self.random.gauss(0, 0.0005)) if self.on else 0.0))
        elif word == "SOUR1:AM:STATE":
            self.on = rest.lower() == "on"
            self.ok()
        elif word == "SOUR1:AM:STATE?":
            self.ok("ON" if self.on else "OFF")
        else:
            self.say("ERR-100")

    def do(self, message):
        if message["do"] != "restart":
            raise KeyError("no command " + message["do"])

    def state(self):
        return {"laser": {"on": self.on, "set": self.watts * 1000}}


class Scpi(Twin):
    """A thermometer that speaks SCPI."""

    def obey(self, text):
        if text == "*IDN?":
            self.say("Benchframe,Thermometer twin,SN0001,1.0")
        elif text == "MEAS:TEMP?":
            self.say("%+.5E" % (self.temperature + self.random.gauss(0, 0.02)))
        else:
            self.say("**ERROR** -113")


class ArduinoJson(Twin):
    """A sketch that prints its sensors as JSON, ten times a second, and listens to nothing."""

    def start(self):
        self.due = 0.0

    def obey(self, text):
        pass

    def tick(self):
        if time.monotonic() >= self.due:
            self.due = time.monotonic() + 0.1
            celsius = self.temperature + self.random.gauss(0, 0.02)
            self.say(json.dumps({"temp": round(celsius, 3), "humidity": 41}))


class TriggerBox(Twin):
    """Our own trigger box: edges with numbers and device time."""

    def start(self):
        self.sequence, self.born, self.train = 0, time.monotonic(), None

    def microseconds(self):
        return int((time.monotonic() - self.born) * 1e6)

    def obey(self, text):
        if text == "?":
            self.say("BENCHFRAME-TRIGGER 1")
        elif text == "Z":
            self.say("Z%d" % self.microseconds())
        elif text.startswith("P"):
            self.say("P")
        else:
            self.say("E")

    def tick(self):
        train = self.train
        while train and train["left"] > 0 and time.monotonic() >= train["next"]:
            train["left"] -= 1
            train["next"] += train["every"]
            self.sequence += 1
            self.say("T%d %d" % (self.sequence, self.microseconds()))

    def do(self, message):
        if message["do"] == "trigger":
            self.train = {"left": message["count"], "every": message["everyMs"] / 1000, "next": time.monotonic()}
        elif message["do"] == "stopTrigger":
            self.train = None
        elif message["do"] == "loseEdges":
            self.sequence += message["count"]
        else:
            raise KeyError("no command " + message["do"])


class Ludl(Twin):
    """Ludl MAC 5000 in its high command level: tenths of a micrometre; STATUS is answered by one bare byte."""

    ends, listens = "\n", b"\r"

    def received(self, data):
        super().received(data.replace(b"\xffA", b""))

    def obey(self, text):
        word, _, rest = text.partition(" ")
        if word == "VER":
            self.say("MAC5000 V2.15", ":A")
        elif word == "MOVE":
            self.say(":A" if self.motion.go(**self.targets(rest, 0.1)) else ":N -4")
        elif word == "WHERE":
            p = self.motion.place()
            self.say(":A " + " ".join("%d" % round(p[axis.lower()] * 10) for axis in rest.split()))
        elif word == "STATUS":
            self.say_bytes(b"B" if self.motion.moving(rest.lower()) else b"N")
        elif word == "HALT":
            self.motion.stop()
            self.say(":A")
        else:
            self.say(":N -1")


class CoolLed(Twin):
    """CoolLED pE-4000: four channels; each command is answered by the whole state."""

    ends, listens = "\r\n", b"\r"

    def start(self):
        self.on, self.channels = True, {name: [name == "A", 50 if name == "A" else 0] for name in "ABCD"}

    def opened(self):
        self.say("pE-4000", "CoolLED")

    def css(self):
        self.say("CSS" + "".join(
            "%s%s%s%03d" % (name, "S" if chosen else "X", "N" if chosen and self.on else "F", percent)
            for name, (chosen, percent) in self.channels.items()))

    def obey(self, text):
        found = re.fullmatch(r"C([A-D])(?:([SX])|I(\d+))", text)
        if text == "XMODEL":
            self.say("XMODEL=pE-4000")
        elif text in ("CSN", "CSF"):
            self.on = text == "CSN"
            self.css()
        elif text == "CSS?":
            self.css()
        elif found:
            channel = self.channels[found[1]]
            if found[2]:
                channel[0] = found[2] == "S"
            else:
                channel[1] = int(found[3])
            self.css()

    def do(self, message):
        if message["do"] != "pod":  # someone turns the knob of the hand pod
            raise KeyError("no command " + message["do"])
        self.channels["A"][1] = message["percent"]

    def state(self):
        return {"on": self.on, "channels": self.channels}


class ArduinoAotf(Twin):
    """Micro-Manager's Arduino firmware: single bytes, each answered by itself and what it tells."""

    def start(self):
        self.pattern, self.analog = 5, 700

    def received(self, data):
        self.input += data
        while self.input:
            need = {1: 2, 41: 2}.get(self.input[0], 1)
            if len(self.input) < need:
                return
            frame, self.input = self.input[:need], self.input[need:]
            self.log.add("in", frame.hex(" "))
            if frame[0] == 30:
                self.say_bytes(b"MM-Ard\r\n")
            elif frame[0] == 1:
                self.pattern = frame[1]
                self.say_bytes(b"\x01")
            elif frame[0] == 2:
                self.say_bytes(bytes([2, self.pattern]))
            elif frame[0] == 41:
                self.say_bytes(struct.pack(">BH", 41, self.analog))

    def do(self, message):
        if message["do"] != "analog":
            raise KeyError("no command " + message["do"])
        self.analog = message["value"]

    def state(self):
        return {"pattern": self.pattern}


class TriggerScope(Twin):
    """TriggerScope: lines, each repeated as its answer; nothing can be asked but who it is."""

    def start(self):
        self.lines = {}

    def obey(self, text):
        found = re.fullmatch(r"(TTL|DAC)(\d+),(\d+)", text)
        if text == "*":
            self.say("ARC TRIGGERSCOPE 16 R3C v.604")
        elif found and int(found[3]) <= (1 if found[1] == "TTL" else 65535):
            self.lines[found[1] + found[2]] = int(found[3])
            self.say("!" + text)
        else:
            self.say("ERROR: " + text)

    def state(self):
        return {"lines": self.lines}


class Apt(Twin):
    """Thorlabs APT, one channel: frames of 6 bytes, with data when the destination has bit 7 (APT Communications Protocol)."""

    def received(self, data):
        self.input += data
        while len(self.input) >= 6:
            size = 6 + (struct.unpack_from("<H", self.input, 2)[0] if self.input[4] & 0x80 else 0)
            if len(self.input) < size:
                return
            frame, self.input = bytes(self.input[:size]), self.input[size:]
            self.log.add("in", frame.hex(" "))
            self.frame(struct.unpack_from("<H", frame)[0], frame)

    def frame(self, message, frame):
        if message == 0x0005:
            info = struct.pack("<I8sHI60s3H", 28000123, b"KBD101", 44, 0x010203, b"twin", 1, 0, 1)
            self.say_bytes(struct.pack("<HHBB", 0x0006, len(info), 0x81, 0x50) + info)
        elif message == 0x0453:
            self.motion.go(x=struct.unpack_from("<i", frame, 8)[0] / 20)
        elif message == 0x0465:
            self.motion.stop()
        elif message == 0x0490:
            bits = 0x80000000 | (0x10 if self.motion.moving("x") else 0)
            status = struct.pack("<HiHHI", 1, round(self.motion.at("x") * 20), 0, 0, bits)
            self.say_bytes(struct.pack("<HHBB", 0x0491, len(status), 0x81, 0x50) + status)


KINDS = {
    "grbl": Grbl, "asi-ms2000": Asi, "marlin": Marlin, "prior-proscan": Prior, "sangaboard": Sangaboard,
    "zaber-ascii": Zaber, "coherent-obis": Obis, "scpi-thermometer": Scpi, "arduino-json": ArduinoJson,
    "trigger-box": TriggerBox, "ludl": Ludl, "coolled-pe4000": CoolLed, "arduino-aotf": ArduinoAotf,
    "triggerscope": TriggerScope, "thorlabs-apt": Apt,
}


def command(twin, wire, message):
    what = message["do"]
    if what == "unplug":
        wire.unplug()
    elif what == "replug":
        wire.plug()
    elif what == "silence":
        twin.silent = message.get("on", True)
    elif what == "raw":
        wire.write(message["text"].encode())
    elif what == "refuse":
        twin.refusal = message["text"]
    elif what == "slow":
        twin.late_until = time.monotonic() + message["ms"] / 1000
    elif what == "temperature":
        twin.temperature = message["value"]
    elif what == "stick":
        twin.motion.stuck = True
    elif what == "restart":
        twin.motion = Motion()
        twin.start()
    elif what != "state":
        twin.do(message)
    return {"position": twin.motion.place(), "moving": twin.motion.moving(), **twin.state()}


def serve(twin, wire, control):
    commands, open_now = Commands(), False
    while True:
        watched = ([0] if control else []) + ([wire.master] if wire.master is not None and open_now else [])
        ready, _, _ = select.select(watched, [], [], 0.003)
        data = wire.read() if wire.master is not None else None
        if data is None:
            if open_now:
                wire.pending.clear()
            open_now = False
        else:
            if not open_now:
                open_now = True
                twin.opened()
            twin.received(data)
        if 0 in ready:
            if not commands.take(lambda message: command(twin, wire, message)):
                return
        if open_now:
            twin.tick()
            twin.flush()
        else:
            twin.late.clear()
        wire.flush()


def main():
    parser = argparse.ArgumentParser(description="Twins of bench instruments on a pseudo terminal.")
    parser.add_argument("kind", choices=[*sorted(KINDS), "trigger-box-avr"])
    parser.add_argument("--link", required=True, help="path of the port, made as a symbolic link")
    parser.add_argument("--log", help="JSON lines of all traffic")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--control", action="store_true", help="take JSON commands on stdin")
    options = parser.parse_args()
    log = Log(options.log)
    wire = Wire(options.link, log)
    if options.kind == "trigger-box-avr":
        from avr_trigger_box import AvrTriggerBox as kind
    else:
        kind = KINDS[options.kind]
    twin = kind(log, wire, options.seed)
    wire.plug()
    print(json.dumps({"ready": options.link}), flush=True)
    try:
        serve(twin, wire, options.control)
    except KeyboardInterrupt:
        pass
    finally:
        wire.unplug()


if __name__ == "__main__":
    main()
