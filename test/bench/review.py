"""tifffile and zarr-python on the files of `npm run bench -- review`: medians in ms, as JSON. Arguments: TIFF of many frames, TIFF of large ones, OME-Zarr."""

import json
import statistics
import sys
import time

import tifffile
import zarr

many, large, store = sys.argv[1:]


def median(work, times):
    taken = []
    for i in range(times + 1):
        start = time.perf_counter()
        work(i)
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken[1:])


def first_page(_):
    with tifffile.TiffFile(many) as file:
        file.pages[0].asarray()


with tifffile.TiffFile(large) as file:
    pages = len(file.pages)
    frame = median(lambda i: file.pages[i % pages].asarray(), 3 * pages)
print(
    json.dumps(
        {
            "tiffFirst": median(first_page, 5),
            "zarrFirst": median(lambda _: zarr.open_group(store, mode="r")["0"][0], 5),
            "frame": frame,
        }
    )
)
