"""The peers' side of `npm run bench -- limits`, and the one reader that looks at what everybody left.

write PEER PATH FRAMES FPS VALUE   frames whose pixels and record tell their number
read PATH                          frames with right pixels, frames with a record, and the value of the first, by strict parsers only
"""

import json
import os
import sys
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np

SIDE = 256
VALUES = {"none": 0, "bool": True, "null": None, "nested": {"a": [1, {"b": "x"}]}, "NaN": float("nan"), "control": "a\x01b"}


def say(what: dict) -> None:
    print(json.dumps(what), flush=True)


def writer(peer: str, path: str):
    """(append, close) of a peer for frames of a t that nobody limits."""
    if peer == "tifffile":
        import tifffile

        out = tifffile.TiffWriter(path + ".tif", bigtiff=True)
        return lambda f, m: out.write(f, contiguous=False, metadata=None, description=json.dumps(m)), out.close
    if peer == "ndtiff":
        from ndstorage import NDTiffDataset

        os.makedirs(path, exist_ok=True)
        out = NDTiffDataset(path, writable=True, name="run")
        out.initialize({})
        return lambda f, m: out.put_image({"time": m["n"]}, f, m), out.finish
    import ome_writers

    backend = peer.removeprefix("ow-")
    kind = "ome-tiff" if backend == "tifffile" else "ome-zarr"
    axes = [("t", None, "time"), ("y", SIDE, "space"), ("x", SIDE, "space")]
    out = ome_writers.create_stream(
        ome_writers.AcquisitionSettings(
            root_path=path,
            dimensions=[{"name": n, "count": c, "type": k} for n, c, k in axes],
            dtype="uint16",
            format={"name": kind, "backend": backend},
        )
    )
    return lambda f, m: out.append(f, frame_metadata=m), out.close


def write(peer: str, path: str, frames: int, fps: float, value: str) -> None:
    error = ""
    append, close = writer(peer, path)
    start = time.perf_counter()
    try:
        for n in range(frames):
            time.sleep(max(0, start + n / fps - time.perf_counter()))
            append(np.full((SIDE, SIDE), n + 1, np.uint16), {"delta_t": n / fps, "n": n, "value": VALUES[value]})
            say({"appended": n + 1})
    except Exception as thrown:
        error = f"{type(thrown).__name__}: {str(thrown).splitlines()[0]}"
    try:
        close()
    except Exception as thrown:
        error = error or f"{type(thrown).__name__}: {str(thrown).splitlines()[0]}"
    say({"closed": True, "error": error})


def is_frame(plane: np.ndarray, n: int) -> bool:
    return bool((plane == n + 1).all())


def tiff_records(tiff) -> list:
    text = tiff.pages[0].description
    if text.startswith("{"):
        return [json.loads(page.description) for page in tiff.pages]
    root = ElementTree.fromstring(text)
    found = []
    for annotation in root.iter():
        keys = {m.get("K"): m.text for m in annotation.iter() if m.tag.endswith("}M")}
        if annotation.tag.endswith("}MapAnnotation") and keys.get("n", "").isdigit():  # not what describes the key n
            found.append(keys)
    return found


def read_tiff(path: Path) -> tuple[int, list]:
    import tifffile

    with tifffile.TiffFile(path) as tiff:
        good = sum(is_frame(page.asarray(), n) for n, page in enumerate(tiff.pages))
        return good, tiff_records(tiff)


def refuse_constant(name: str):
    raise ValueError(f"{name} is not JSON")


def read_zarr(path: Path) -> tuple[int, list]:
    import zarr

    array = zarr.open_array(path / "0", mode="r")
    good = sum(is_frame(array[n], n) for n in range(array.shape[0]))
    group = json.loads((path / "zarr.json").read_text(), parse_constant=refuse_constant)
    return good, group["attributes"].get("ome_writers", {}).get("frame_metadata", [])


def read_ndtiff(path: Path) -> tuple[int, list]:
    from ndstorage import Dataset

    data = Dataset(str(path))
    times = sorted(axes["time"] for axes in data.get_image_coordinates_list())
    good = sum(is_frame(data.read_image(time=n), n) for n in times)
    return good, [data.read_metadata(time=n) for n in times]


def read(path: Path) -> None:
    try:
        if path.is_file():
            frames, records = read_tiff(path)
        elif (path / "zarr.json").exists():
            frames, records = read_zarr(path)
        else:
            frames, records = read_ndtiff(path)
        say({"frames": frames, "records": len(records), "value": records[0].get("value") if records else None})
    except Exception as thrown:
        say({"frames": 0, "records": 0, "error": f"{type(thrown).__name__}: {str(thrown).splitlines()[0]}"})


if sys.argv[1] == "read":
    read(Path(sys.argv[2]))
else:
    write(sys.argv[2], sys.argv[3], int(sys.argv[4]), float(sys.argv[5]), sys.argv[6])
