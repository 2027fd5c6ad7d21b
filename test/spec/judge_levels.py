"""Whether tifffile and Bio-Formats find every smaller level of OME-TIFFs, and in it the mean of two by two pixels of the level before.

Argument: JSON [{path, levels}], path a file or a folder of files. Answers [[complaint, ...], ...].
"""

from __future__ import annotations

import hashlib
import itertools
import json
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import tifffile

HERE = Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE.parent / "conformance"))
from kit import bioformats  # noqa: E402


def halved(fine: np.ndarray) -> np.ndarray:
    """The last row or column of an odd size counts twice; integers are rounded half up."""
    height, width = fine.shape
    padded = np.pad(fine, ((0, height % 2), (0, width % 2)), mode="edge")
    whole = fine.dtype.kind != "f"
    wide = padded.astype(np.int64 if whole else np.float64)
    total = wide[0::2, 0::2] + wide[0::2, 1::2] + wide[1::2, 0::2] + wide[1::2, 1::2]
    return ((total + 2) // 4 if whole else total / 4).astype(fine.dtype)


def planes(series, level: int) -> dict[tuple[int, int, int], np.ndarray]:
    """By t, c, z."""
    found = series.levels[level]
    array, axes = found.asarray(), found.axes
    result = {}
    for index in itertools.product(*(range(n) for n in array.shape[:-2])):
        # tifffile does not follow a link to a companion, so it has no names of axes then; our sets with one have no other axis than T.
        at = {"T": index[0]} if index and axes[0] not in "TCZ" else dict(zip(axes, index))
        result[at.get("T", 0), at.get("C", 0), at.get("Z", 0)] = array[index]
    return result


def digest(array: np.ndarray) -> str:
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()


def entry(path: Path) -> Path:
    return path if path.is_file() else sorted(path.glob("*.ome.tiff"))[0]


def judge(path: Path, levels: int, facts: list[list[str]]) -> list[str]:
    wrong = []
    seen = {(int(s), int(r), int(t), int(c), int(z)): (int(x), int(y), sha) for s, r, x, y, t, c, z, sha in facts}
    wanted = set()
    companion = any(path.parent.glob(f"{path.parent.name}.companion.ome"))
    files = sorted(path.parent.glob("*.ome.tiff")) if companion else [path]
    with ExitStack() as stack:
        for number, series in enumerate(s for file in files for s in stack.enter_context(tifffile.TiffFile(file)).series):
            if len(series.levels) != levels + 1:
                wrong.append(f"tifffile sees {len(series.levels)} levels in series {number}, not {levels + 1}")
                continue
            finer = None
            for level in range(levels + 1):
                here = planes(series, level)
                for at, plane in here.items():
                    key = number, level, *at
                    wanted.add(key)
                    if finer is not None and not np.array_equal(plane, halved(finer[at])):
                        wrong.append(f"level {level} of {number} T,C,Z = {at} is not the mean of the one before")
                    its = seen.get(key)
                    mine = plane.shape[1], plane.shape[0], digest(plane)
                    if its != mine:
                        wrong.append(f"Bio-Formats at series, level, T, C, Z {key}: {its}, not {mine}")
                finer = here
    if set(seen) != wanted:
        wrong.append(f"Bio-Formats sees {len(seen)} planes of all levels, not {len(wanted)}")
    return wrong


asked = [(entry(Path(one["path"])), one["levels"]) for one in json.loads(sys.argv[1])]
call, why = bioformats.command()
if call is None:
    sys.exit(why)
java = [*call[: call.index("BfJudge")], str(HERE / "BfLevels.java"), *(str(path) for path, _ in asked)]
run = subprocess.run(java, capture_output=True, text=True, timeout=300)
facts = [line.split("\t")[1:] for line in run.stdout.splitlines() if line.startswith("#bf\t")]
if run.returncode != 0:
    sys.exit(run.stderr[-2000:])
print(json.dumps([judge(path, levels, [f[1:] for f in facts if f[0] == str(path)]) for path, levels in asked]))
