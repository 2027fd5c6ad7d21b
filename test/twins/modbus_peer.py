#!/usr/bin/env python3
"""A temperature controller that speaks Modbus RTU: pymodbus's own server, unchanged, behind a pseudo terminal that can be unplugged and disturbed.

The bytes pass from the port to the server and back; the faults happen on that way. Needs pymodbus and pyserial (test/hardware/requirements.txt).

Commands on stdin: unplug, replug, restart, state, temperature {value}, silence {on}, slow {ms} (what it says from now on comes that much later,
together), noise {hex} (bytes from nowhere, now), damage {} (one bit of the next answer is wrong), before {hex} (bytes just before the next answer).
"""
import argparse
import asyncio
import json
import logging
import os
import pty
import random
import select
import threading
import time
import tty

from pymodbus import FramerType
from pymodbus.server import StartAsyncSerialServer
from pymodbus.simulator import DataType, SimData, SimDevice

from bench_instrument import Commands, Log, Wire

logging.getLogger("pymodbus").setLevel(logging.CRITICAL)  # what is refused here is what the tests ask for

# Addresses of a Eurotherm 3200: process value, set point, output, low and high end of the range; in tenths.
PV, SP, OUTPUT, LOW, HIGH = 1, 2, 4, 11, 12
UNIT = 1


class Controller:
    """pymodbus on the far end of a pty of its own."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        master, slave = pty.openpty()
        tty.setraw(slave)
        self.master = master
        self.registers = {}
        self.restart()
        device = SimDevice(UNIT, simdata=[SimData(PV, count=HIGH, values=0, datatype=DataType.REGISTERS)], action=self.used)
        server = StartAsyncSerialServer(
            device, framer=FramerType.RTU, port=os.ttyname(slave), baudrate=9600, ignore_missing_devices=True
        )
        threading.Thread(target=lambda: asyncio.run(server), daemon=True).start()

    async def used(self, _function, start, address, _count, current, written):
        """Asked by pymodbus for every request, before it answers."""
        for at, value in enumerate(written or []):
            self.registers[address + at] = value
        for at, value in self.registers.items():
            current[at - start] = value & 0xFFFF

    def restart(self):
        self.temperature = 37.0
        self.registers |= {SP: 370, OUTPUT: 423, LOW: 0, HIGH: 3000}

    def tick(self):
        self.registers[PV] = round((self.temperature + self.random.gauss(0, 0.2)) * 10)

    def state(self):
        return {"target": self.registers[SP] / 10, "temperature": self.temperature}


class Way:
    """What happens to the bytes between the port and the server."""

    def __init__(self, wire, log):
        self.wire, self.log = wire, log
        self.silent, self.damage, self.before = False, False, b""
        self.late, self.late_until = bytearray(), 0.0

    def answer(self, data):
        if self.silent:
            return
        if self.damage:
            data, self.damage = bytes([*data[:-3], data[-3] ^ 4, *data[-2:]]), False
        data, self.before = self.before + data, b""
        self.log.add("out", data.hex())
        self.late += data

    def flush(self):
        if self.late and time.monotonic() >= self.late_until:
            self.wire.write(bytes(self.late))
            self.late.clear()


def command(controller, wire, way, message):
    what = message["do"]
    if what == "unplug":
        wire.unplug()
    elif what == "replug":
        wire.plug()
    elif what == "restart":
        controller.restart()
    elif what == "temperature":
        controller.temperature = message["value"]
    elif what == "silence":
        way.silent = message.get("on", True)
    elif what == "slow":
        way.late_until = time.monotonic() + message["ms"] / 1000
    elif what == "noise":
        wire.write(bytes.fromhex(message["hex"]))
    elif what == "before":
        way.before = bytes.fromhex(message["hex"])
    elif what == "damage":
        way.damage = True
    elif what != "state":
        raise KeyError(what)
    return controller.state()


def serve(controller, wire, way):
    commands = Commands()
    while True:
        watched = [0, controller.master] + ([wire.master] if wire.master is not None else [])
        ready, _, _ = select.select(watched, [], [], 0.003)
        asked = wire.read() if wire.master is not None else b""
        if asked:
            way.log.add("in", asked.hex())
            os.write(controller.master, asked)
        elif asked is None:
            way.late.clear()
            time.sleep(0.002)
        if controller.master in ready:
            way.answer(os.read(controller.master, 4096))
        if 0 in ready:
            if not commands.take(lambda message: command(controller, wire, way, message)):
                return
        controller.tick()
        way.flush()
        wire.flush()


def main():
    parser = argparse.ArgumentParser(description="A Modbus RTU temperature controller on a pseudo terminal.")
    parser.add_argument("--link", required=True, help="path of the port, made as a symbolic link")
    parser.add_argument("--log", help="JSON lines of all traffic")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--control", action="store_true", help="it always takes JSON commands on stdin")
    options = parser.parse_args()
    log = Log(options.log)
    wire = Wire(options.link, log)
    controller = Controller(options.seed)
    time.sleep(0.3)  # the server opens its end
    wire.plug()
    print(json.dumps({"ready": options.link}), flush=True)
    try:
        serve(controller, wire, Way(wire, log))
    finally:
        wire.unplug()


if __name__ == "__main__":
    main()
