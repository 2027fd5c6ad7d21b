"""One sample of a peer: writes the frames of a scenario and prints what it took as one line of JSON. Arguments: the sample as JSON."""

import ctypes
import json
import os
import resource
import sys
import time
from pathlib import Path

import numpy as np


def status_mb(key: str) -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(key):
            return int(line.split()[1]) / 1024
    return 0.0


def metadata(i: int) -> dict:
    return {
        "delta_t": i * 0.01,
        "exposure_time": 0.01,
        "position_x": 100.0 + i * 0.5,
        "position_y": 200.25,
        "position_z": 50.0,
        "temperature": 37.0 + (i % 100) / 1000,
        "laser_power": 50.0,
        "trigger_source": "serial",
    }


class OmeWriters:
    def __init__(self, s: dict, backend: str):
        import ome_writers as ow

        t = {"name": "t", "count": None, "type": "time"}
        if s.get("chunk"):
            t["chunk_size"] = s["chunk"]
        if s.get("shard") and backend != "tifffile":
            t["shard_size_chunks"] = s["shard"]
        settings = ow.AcquisitionSettings(
            root_path=s["path"],
            dimensions=[
                t,
                {"name": "y", "count": s["height"], "type": "space"},
                {"name": "x", "count": s["width"], "type": "space"},
            ],
            dtype="uint16",
            compression=None if s["compression"] == "none" else s["compression"],
            format={"name": "ome-tiff", "backend": "tifffile"}
            if backend == "tifffile"
            else {"name": "ome-zarr", "backend": backend},
            overwrite=True,
        )
        self.stream = ow.create_stream(settings)

    def append(self, frame, i):
        self.stream.append(frame, frame_metadata=metadata(i))

    def close(self):
        self.stream.close()
        # Its TIFF writer gives up waiting after 5 s and goes on in a thread; the clock must not stop before it has.
        import threading

        for thread in threading.enumerate():
            if thread is not threading.current_thread() and not thread.daemon:
                thread.join()
        for thread in threading.enumerate():
            if thread is not threading.current_thread() and "WriterThread" in type(thread).__name__:
                thread.join()


class Acquire:
    def __init__(self, s: dict):
        import acquire_zarr as az

        compression = None
        if s["compression"] == "blosc-lz4":
            compression = az.CompressionSettings(
                compressor=az.Compressor.BLOSC1, codec=az.CompressionCodec.BLOSC_LZ4, level=1, shuffle=1
            )
        dimension = lambda name, kind, size, chunk, shard: az.Dimension(
            name=name, kind=kind, array_size_px=size, chunk_size_px=chunk, shard_size_chunks=shard
        )
        self.stream = az.ZarrStream(
            az.StreamSettings(
                store_path=s["path"],
                overwrite=True,
                arrays=[
                    az.ArraySettings(
                        output_key="0",
                        dimensions=[
                            dimension("t", az.DimensionType.TIME, 0, 1, s.get("shard") or 1),
                            dimension("y", az.DimensionType.SPACE, s["height"], s["height"], 1),
                            dimension("x", az.DimensionType.SPACE, s["width"], s["width"], 1),
                        ],
                        data_type=az.DataType.UINT16,
                        compression=compression,
                    )
                ],
            )
        )

    def append(self, frame, i):
        self.stream.append(frame)

    def close(self):
        self.stream.close()


class Tifffile:
    def __init__(self, s: dict):
        import tifffile

        self.writer = tifffile.TiffWriter(s["path"] + ".tif", bigtiff=True)

    def append(self, frame, i):
        self.writer.write(frame, contiguous=False, metadata=None, description=json.dumps(metadata(i)))

    def close(self):
        self.writer.close()


class NdTiff:
    def __init__(self, s: dict):
        from ndstorage import NDTiffDataset

        os.makedirs(s["path"], exist_ok=True)
        self.dataset = NDTiffDataset(s["path"], writable=True, name="run")
        self.dataset.initialize({})

    def append(self, frame, i):
        self.dataset.put_image({"time": i}, frame, metadata(i))

    def close(self):
        self.dataset.finish()


def writer(s: dict):
    name = s["writer"]
    if name.startswith("ow-"):
        return OmeWriters(s, name[3:])
    return {"acquire-zarr": Acquire, "tifffile": Tifffile, "ndtiff": NdTiff}[name](s)


def main() -> None:
    s = json.loads(sys.argv[1])
    height, width, count = s["height"], s["width"], s["frames"]
    frames = np.fromfile(s["data"], np.uint16).reshape(-1, height, width)
    buffer = np.empty((height, width), np.uint16)
    out = writer(s)
    libc = ctypes.CDLL(None)
    folder = os.open(os.path.dirname(s["path"]), os.O_RDONLY)
    libc.syncfs(folder)
    Path("/proc/self/clear_refs").write_text("5")
    before_mb = status_mb("VmRSS")
    usage = resource.getrusage(resource.RUSAGE_SELF)
    cpu = usage.ru_utime + usage.ru_stime
    times = []
    start = time.perf_counter()
    for i in range(count):
        if s.get("fps"):
            wait = start + i / s["fps"] - time.perf_counter()
            if wait > 0:
                time.sleep(wait)
        a = time.perf_counter()
        # As a camera does: a new picture in memory that the writer may keep, copied because the source is reused.
        frame = frames[i % len(frames)].copy() if s.get("own", True) else frames[i % len(frames)]
        out.append(frame, i)
        times.append(time.perf_counter() - a)
    out.close()
    libc.syncfs(folder)
    seconds = time.perf_counter() - start
    usage = resource.getrusage(resource.RUSAGE_SELF)
    print(
        json.dumps(
            {
                "seconds": seconds,
                "appendP99Ms": float(np.percentile(times, 99) * 1000),
                "cpuSeconds": usage.ru_utime + usage.ru_stime - cpu,
                "peakMB": status_mb("VmHWM") - before_mb,
            }
        )
    )


main()
