"""The kit's judges for many data sets, each judge started once. Reads lines of JSON {path, expect}, answers each with the verdict of check.py --json."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
KIT = HERE.parent / "conformance"
sys.dont_write_bytecode = True
sys.path.insert(0, str(KIT))
spec = importlib.util.spec_from_file_location("check", KIT / "check.py")
check = importlib.util.module_from_spec(spec)
spec.loader.exec_module(check)

from kit import bioformats  # noqa: E402


class Java:
    """One Java process instead of one for each data set; what it says about each goes through the kit's own comparison."""

    def __init__(self) -> None:
        self.process: subprocess.Popen | None = None

    def run(self, call: list[str], **_) -> subprocess.CompletedProcess:
        at = call.index("BfJudge")
        if self.process is None:
            start = [*call[:at], str(HERE / "BfBatch.java")]
            self.process = subprocess.Popen(start, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.process.stdin.write("\t".join(call[at + 1 :]) + "\n")
        self.process.stdin.flush()
        facts, rest = [], []
        for line in self.process.stdout:
            if line == "#end\n":
                return subprocess.CompletedProcess(call, 0, "".join(facts), "".join(rest))
            (facts if line.startswith("#bf\t") else rest).append(line)
        raise RuntimeError("the Java judge ended: " + "".join(rest)[-500:])


class Runner:
    """Stands where bioformats.py looks for the module `subprocess`."""

    run = Java().run


bioformats.subprocess = Runner

for line in sys.stdin:
    asked = json.loads(line)
    path = Path(asked["path"])
    with tempfile.TemporaryDirectory() as scratch:
        expected = Path(scratch) / "expect.json"
        expected.write_text(json.dumps(asked["expect"]), "utf-8")
        kind, report = check.run(path, expected, "require")
    verdict = {"path": str(path), "format": kind, **report.result(), "unreached": report.unreached(kind, True)}
    print(json.dumps(verdict), flush=True)
