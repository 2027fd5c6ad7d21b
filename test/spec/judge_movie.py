"""What Bio-Formats decodes of a movie. Argument: path. Answers [[width, height, mean of the first sample], ...] by picture."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE.parent / "conformance"))
from kit import bioformats  # noqa: E402

call, why = bioformats.command()
if call is None:
    sys.exit(why)
java = [*call[: call.index("BfJudge")], str(HERE / "BfMovie.java"), sys.argv[1]]
run = subprocess.run(java, capture_output=True, text=True, timeout=120)
if run.returncode != 0:
    sys.exit(run.stderr[-2000:])
facts = [line.split("\t")[1:] for line in run.stdout.splitlines() if line.startswith("#movie\t")]
print(json.dumps([[int(width), int(height), float(mean)] for _, width, height, _, mean in facts]))
