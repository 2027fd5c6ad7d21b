"""Reads many OME-Zarr images with tensorstore and tells what differs from what was acquired. Stdin: [{path, expect}] with expect.json's form;
stdout: a list of complaints for each. Far quicker than a verdict of the kit for each: one process, pixels and records alone."""

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import tensorstore


def compare(path: str, expect: dict) -> list[str]:
    root = Path(path)
    wrong = [f"left behind: {p.relative_to(root)}" for p in root.rglob("*.tmp")]
    spec = {"driver": "zarr3", "kvstore": {"driver": "file", "path": str(root / "0")}}
    array = tensorstore.open(spec, read=True, write=False).result()
    if list(array.shape) != expect["images"][0]["shape"]:
        wrong.append(f"shape {list(array.shape)}, wanted {expect['images'][0]['shape']}")
    pixels = np.asarray(array.read().result())
    frames = {tuple(f["index"]): f for f in expect["frames"]}
    for index in np.ndindex(pixels.shape[:-2]):
        plane = np.ascontiguousarray(pixels[index])
        if index not in frames:
            if plane.any():
                wrong.append(f"{index}: pixels without a record")
        elif hashlib.sha256(plane.tobytes()).hexdigest() != frames[index]["sha256"]:
            wrong.append(f"{index}: other pixels")
    records = json.loads((root / "zarr.json").read_text())["attributes"]["ome_writers"]["frame_metadata"]
    wanted = [{**f["metadata"], "storage_index": f["index"]} for f in expect["frames"]]
    if records != wanted:
        wrong.append(f"{len(records)} records, wanted {len(wanted)}, or others")
    return wrong


def complaints(path: str, expect: dict) -> list[str]:
    try:
        return compare(path, expect)
    except Exception as error:  # a reader that fails is a complaint about the dataset
        return [f"{type(error).__name__}: {error}"]


json.dump([complaints(**one) for one in json.load(sys.stdin)], sys.stdout)
