"""The trigger box on a pseudo terminal: its real firmware, run by avr.mjs under avr8js. Started by instruments.py as trigger-box-avr."""
import json
import os
import subprocess

from instruments import Twin

HERE = os.path.dirname(os.path.abspath(__file__))
HEX = os.path.join(HERE, "..", "..", "resources", "trigger-box", "trigger-box.hex")


class AvrTriggerBox(Twin):
    def start(self):
        if getattr(self, "node", None):
            self.node.kill()
            self.node.wait()
        command = ["node", os.path.join(HERE, "avr.mjs"), HEX]
        self.node = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.node.stdout.readline()  # it is ready
        os.set_blocking(self.node.stdout.fileno(), False)
        self.heard = b""

    def tell(self, message):
        self.node.stdin.write(json.dumps(message).encode() + b"\n")
        self.node.stdin.flush()

    def received(self, data):
        if data:
            for line in data.decode("latin1").splitlines():
                self.log.add("in", line)
            self.tell({"rx": data.decode("latin1")})

    def tick(self):
        try:
            chunk = os.read(self.node.stdout.fileno(), 65536)
        except BlockingIOError:
            return
        self.heard += chunk
        while b"\n" in self.heard:
            line, _, self.heard = self.heard.partition(b"\n")
            message = json.loads(line)
            if "tx" in message:
                self.say(message["tx"].strip())
            else:
                self.log.add("event", json.dumps(message))

    def do(self, message):
        if message["do"] == "trigger":
            self.tell({"edges": {"count": message["count"], "everyMs": message["everyMs"]}})
        elif message["do"] == "burst":
            self.tell({"burst": message["count"]})
        elif message["do"] == "stopTrigger":
            self.tell({"edges": {"count": 0, "everyMs": 1}})
        else:
            raise KeyError("no command " + message["do"])
