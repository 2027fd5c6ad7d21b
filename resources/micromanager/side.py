"""Benchframe's side of Micro-Manager: drives every device of one configuration through pymmcore.

Requests are JSON lines on stdin: {"id", "lane", "do", ...}. Requests of one lane are done in order, lanes beside each other, so that a stop
never waits behind an exposure. Answers ({"id", "ok"} or {"id", "failed"}) and events are JSON lines on stdout; pixels are in a file that both
sides map. When stdin closes, shutters are shut, stages stopped, devices let go, and the program ends.
"""
import collections
import ctypes
import glob
import json
import math
import mmap
import os
import queue
import re
import signal
import sys
import threading
import time

LONG_MS = 500  # a snap can't be broken off; longer exposures are a sequence of one frame, which many cameras let go of
LEAVE_S = 5
TYPES = {
    2: "camera", 3: "shutter", 4: "state", 5: "stage", 6: "xy stage", 7: "serial port", 8: "generic", 9: "autofocus", 10: "core",
    11: "image processor", 12: "signal", 13: "magnifier", 14: "slm", 15: "hub", 16: "galvo",
}
CORE_SETTABLE = ("AutoShutter", "Shutter")
HIDDEN = {"camera": ("Binning", "Exposure", "PixelType"), "shutter": ("State",), "state": ("State",)}  # shown in a better way

# What an adapter prints must not get between our lines.
out = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
os.dup2(2, 1)
telling = threading.Lock()


def tell(message):
    with telling:
        out.write(json.dumps(message, allow_nan=False) + "\n")
        out.flush()


class Refused(Exception):
    """Something that is said to the user as it is."""

    def __init__(self, code, message, after=""):
        super().__init__(message)
        self.code, self.after = code, after


try:
    import pymmcore
except ImportError as error:
    tell({"event": "missing", "python": sys.executable, "why": str(error)})
    sys.exit(0)


class Changes(pymmcore.MMEventCallback):
    """What Micro-Manager tells of its own accord."""

    def onPropertyChanged(self, device, name, value):
        tell({"event": "property", "device": device, "property": name, "value": value})


def number(text):
    try:
        value = float(text)
    except ValueError:
        return text
    return value if math.isfinite(value) else text


class Side:
    def __init__(self):
        self.core = pymmcore.CMMCore()
        self.changes = Changes()
        self.cut = set()
        self.pixels = None
        self.can_sequence = True
        self.sensor, self.measured, self.known = [0, 0], None, None

    # Configuration

    def open(self, cfg, folders):
        if not os.path.isfile(cfg):
            raise Refused("device.absent", f"There is no configuration file {cfg}.", "Choose the .cfg file that Micro-Manager uses.")
        found = [folder for folder in folders if adapters_in(folder)]
        for folder in found:
            if hasattr(os, "add_dll_directory"):
                os.add_dll_directory(folder)
        self.core.setDeviceAdapterSearchPaths(found)
        try:
            self.core.loadSystemConfiguration(cfg)
        except Exception as error:
            raise self.explain(str(error), cfg, found) from error
        self.core.registerCallback(self.changes)
        if self.camera() and self.format()["pixelType"] is None:
            self.make_grey()
        return self.all()

    def explain(self, error, cfg, folders):
        """Micro-Manager only says that it could not load an adapter; mostly it was built for another version of the interface."""
        ours = re.search(r"Device API version (\d+)", self.core.getAPIVersionInfo())[1]
        if not folders:
            return Refused("device.absent", "The folder of Micro-Manager, with its device adapters, was not found.",
                           "Give the folder in which Micro-Manager is installed.")
        for name in adapters_of(cfg):
            paths = [path for folder in folders for path in adapters_in(folder, name)]
            if not paths:
                return Refused("device.absent", f"The adapter {name}, which the configuration uses, is not in {', '.join(folders)}.",
                               "Choose the folder of the Micro-Manager for which the configuration was made.")
            theirs = interface_of(paths[0])
            if theirs is not None and theirs != int(ours):
                return Refused(
                    "device.refused",
                    f"The adapters of this Micro-Manager speak version {theirs} of the device interface, and the installed pymmcore"
                    f" {pymmcore.__version__} speaks {ours}.",
                    f"Install a pymmcore whose fourth number is {theirs}, or a Micro-Manager with interface {ours}.")
        return Refused("device.refused", f"Micro-Manager did not load the configuration: {error}")

    def all(self):
        core = self.core
        return {
            "version": core.getVersionInfo(),
            "xy": core.getXYStageDevice(),
            "z": core.getFocusDevice(),
            "camera": self.camera_facts(),
            "devices": [self.device(label) for label in core.getLoadedDevices()],
            "groups": self.groups(),
        }

    def groups(self):
        core = self.core
        groups = []
        for name in core.getAvailableConfigGroups():
            presets = list(core.getAvailableConfigs(name))
            used = {label for preset in presets for label in self.devices_of(name, preset)}
            groups.append({"name": name, "choices": presets, "value": core.getCurrentConfigFromCache(name) or None,
                           "camera": self.camera() in used})
        return groups

    def devices_of(self, group, preset):
        data = self.core.getConfigData(group, preset)
        return {data.getSetting(i).getDeviceLabel() for i in range(data.size())}

    def device(self, label):
        core = self.core
        kind = TYPES.get(core.getDeviceType(label), "generic")
        names = [name for name in core.getDevicePropertyNames(label) if name not in HIDDEN.get(kind, ())]
        if kind == "state":
            names.sort(key=lambda name: name != "Label")
        return {
            "label": label,
            "type": kind,
            "description": core.getDeviceDescription(label) if kind != "core" else "",
            "library": core.getDeviceLibrary(label) if kind != "core" else "",
            "properties": self.extra(label, kind) + [self.property(label, kind, name) for name in names],
        }

    def extra(self, label, kind):
        """What Micro-Manager offers by functions of their own and not as properties."""
        core = self.core
        if kind == "shutter":
            return [{"name": "open", "value": core.getShutterOpen(label), "readOnly": False}]
        if kind == "stage" and label != core.getFocusDevice():
            return [{"name": "position", "value": core.getPosition(label), "readOnly": False, "unit": "µm"}]
        return []

    def property(self, label, kind, name):
        core = self.core
        fixed = core.isPropertyReadOnly(label, name) or core.isPropertyPreInit(label, name) or (kind == "core" and name not in CORE_SETTABLE)
        facts = {"name": name, "readOnly": fixed, "value": self.value(label, name)}
        choices = [one for one in core.getAllowedPropertyValues(label, name) if one != ""]
        if set(choices) == {"0", "1"}:
            facts["value"] = core.getProperty(label, name) == "1"
        elif choices:
            facts["choices"] = sorted(choices, key=lambda one: (0, number(one), "") if isinstance(number(one), float) else (1, 0, one))
            facts["value"] = core.getProperty(label, name)
        elif core.hasPropertyLimits(label, name):
            facts["min"], facts["max"] = core.getPropertyLowerLimit(label, name), core.getPropertyUpperLimit(label, name)
        return facts

    def value(self, label, name):
        text = self.core.getProperty(label, name)
        return number(text) if self.core.getPropertyType(label, name) in (2, 3) else text

    def watch(self, wanted):
        return [{"device": label, "property": name, "value": self.value(label, name)} for label, name in wanted]

    def set(self, device, property, value):
        core = self.core
        kind = TYPES.get(core.getDeviceType(device), "generic")
        if kind == "shutter" and property == "open":
            core.setShutterOpen(device, value)
        elif kind == "stage" and property == "position":
            core.setPosition(device, value)
        else:
            before = core.getProperty(device, property)
            text = str(int(value)) if isinstance(value, bool) else format(value, ".10g") if isinstance(value, (int, float)) else value
            core.setProperty(device, property, text)
            if device == self.camera() and self.format()["pixelType"] is None:
                core.setProperty(device, property, before)
                raise Refused("argument.invalid", f"{device} would send pixels that are not grey values of 8 or 16 bits.")
        if kind != "core":
            core.waitForDevice(device)
        return self.after({device})

    def preset(self, group, preset):
        self.core.setConfig(group, preset)
        self.core.waitForConfig(group, preset)
        return self.after(self.devices_of(group, preset))

    def after(self, labels):
        if self.camera() in labels and self.known != self.format():
            self.measured = None  # something else than configure() gave it another size: perhaps of its sensor
        camera = self.camera_facts() if self.camera() in labels else None
        return {"devices": [self.device(label) for label in labels], "groups": self.groups(), "camera": camera}

    # Camera

    def camera(self):
        return self.core.getCameraDevice()

    def format(self):
        core = self.core
        size = core.getBytesPerPixel() if core.getNumberOfComponents() == 1 else 0
        return {"width": core.getImageWidth(), "height": core.getImageHeight(), "pixelType": {1: "uint8", 2: "uint16"}.get(size)}

    def pixel_types(self):
        """The values of the camera's property PixelType that are grey, best first."""
        if not self.core.hasProperty(self.camera(), "PixelType"):
            return {}
        values = self.core.getAllowedPropertyValues(self.camera(), "PixelType")
        of_bits = {bits: value for value in values for bits in (16, 8) if re.fullmatch(rf"(?i)(mono|gr[ae]y)?\s*{bits}\s*-?\s*(bit)?", value)}
        return {f"uint{bits}": of_bits[bits] for bits in (16, 8) if bits in of_bits}

    def make_grey(self):
        for value in self.pixel_types().values():
            self.core.setProperty(self.camera(), "PixelType", value)
            return
        raise Refused("device.refused", f"The camera {self.camera()} sends colour, which Benchframe does not take.",
                      "Choose a grey pixel type for it in the configuration.")

    def camera_facts(self):
        core, camera = self.core, self.camera()
        if not camera:
            return None
        now = self.format()
        if self.measured is None:
            self.measure()
        limits = {}
        if core.hasProperty(camera, "Exposure") and core.hasPropertyLimits(camera, "Exposure"):
            limits = {"min": core.getPropertyLowerLimit(camera, "Exposure"), "max": core.getPropertyUpperLimit(camera, "Exposure")}
        types = list(self.pixel_types()) or [now["pixelType"]]
        return {
            "label": camera,
            "settings": {**now, "x": core.getROI()[0], "y": core.getROI()[1], "binning": self.binning(), "exposureMs": core.getExposure()},
            "bits": core.getImageBitDepth(),
            "pixelTypes": types,
            "sensor": {"width": self.sensor[0], "height": self.sensor[1], "binnings": sorted(self.binnings())},
            "exposureMs": limits,
            "pixelSizeUm": core.getPixelSizeUm() or None,
        }

    def measure(self):
        """The size of the sensor, which Micro-Manager tells only by a frame without a region."""
        core = self.core
        region = list(core.getROI())
        core.clearROI()
        whole = list(core.getROI())
        if region != whole:
            core.setROI(*region)
        self.measured, self.known = self.binning(), self.format()
        self.sensor = [side * self.measured for side in whole[2:]]

    def binnings(self):
        """Values of the camera's property Binning ("2", "2x2") by their number."""
        if not self.core.hasProperty(self.camera(), "Binning"):
            return {1: None}
        values = self.core.getAllowedPropertyValues(self.camera(), "Binning")
        return {1: "1", **{int(re.match(r"\d+", one)[0]): one for one in values if re.fullmatch(r"(\d+)([xX]\1)?", one)}}

    def binning(self):
        if not self.core.hasProperty(self.camera(), "Binning"):
            return 1
        found = re.match(r"\d+", self.core.getProperty(self.camera(), "Binning"))
        return int(found[0]) if found else 1

    def configure(self, settings):
        core = self.core
        if "pixelType" in settings and settings["pixelType"] != self.format()["pixelType"]:
            core.setProperty(self.camera(), "PixelType", self.pixel_types()[settings["pixelType"]])
        if "binning" in settings and settings["binning"] != self.binning():
            core.setProperty(self.camera(), "Binning", self.binnings()[settings["binning"]])
        if "width" in settings:
            region = [settings[name] for name in ("x", "y", "width", "height")]
            core.clearROI()
            if region != list(core.getROI()):
                core.setROI(*region)
        if "exposureMs" in settings:
            core.setExposure(settings["exposureMs"])
        self.known = self.format()
        return self.after({self.camera()})

    def ring(self, path, bytes):
        with open(path, "r+b") as file:
            self.pixels = mmap.mmap(file.fileno(), bytes)
        return {}

    def expose(self, id, offset, bytes):
        core = self.core
        if id in self.cut:
            self.cut.discard(id)
            raise Refused("cancelled", "The exposure was cancelled.")
        sequence = self.can_sequence and core.getExposure() > LONG_MS
        started = time.monotonic_ns()
        tell({"event": "started", "id": id, "ns": str(started)})
        image = self.one_of_sequence(id) if sequence else self.snap()
        if image.nbytes != bytes:
            raise Refused("frame.mismatch", f"The camera sent {image.nbytes} bytes, and {bytes} were expected.")
        self.pixels[offset:offset + bytes] = memoryview(image).cast("B")
        return {"ns": str(started)}

    def snap(self):
        self.core.snapImage()
        return self.core.getImage()

    def one_of_sequence(self, id):
        core = self.core
        try:
            core.startSequenceAcquisition(1, 0, True)
        except RuntimeError:
            self.can_sequence = False
            return self.snap()
        while core.getRemainingImageCount() == 0:
            if id in self.cut:
                self.cut.discard(id)
                core.stopSequenceAcquisition()
                raise Refused("cancelled", "The exposure was cancelled.")
            if not core.isSequenceRunning() and core.getRemainingImageCount() == 0:
                raise Refused("frame.lost", "The camera ended its exposure without a frame.")
            time.sleep(0.001)
        image = core.popNextImage()
        while core.isSequenceRunning():
            time.sleep(0.001)
        return image

    # Stages and lights

    def stages(self):
        return [one for one in (self.core.getXYStageDevice(), self.core.getFocusDevice()) if one]

    def move(self, x=None, y=None, z=None):
        core = self.core
        if x is not None or y is not None:
            here = core.getXYPosition()
            core.setXYPosition(here[0] if x is None else x, here[1] if y is None else y)
        if z is not None:
            core.setPosition(z)
        return self.where()

    def where(self):
        core = self.core
        busy = any(core.deviceBusy(stage) for stage in self.stages())
        place = {}
        if core.getXYStageDevice():
            place["x"], place["y"] = core.getXYPosition()
        if core.getFocusDevice():
            place["z"] = core.getPosition()
        return {"place": place, "busy": busy}

    def stop(self):
        for stage in self.stages():
            self.core.stop(stage)
        return self.where()

    def dark(self, shutters):
        for shutter in shutters:
            self.core.setShutterOpen(shutter, False)
        return self.after(set(shutters))

    def safe(self):
        """Goes on after an error: what can be made safe is made safe."""
        core = self.core
        errors = []
        shutters = list(core.getLoadedDevicesOfType(3))
        moving = [*core.getLoadedDevicesOfType(5), *core.getLoadedDevicesOfType(6)]
        for act in [*(lambda one=one: core.setShutterOpen(one, False) for one in shutters), *(lambda one=one: core.stop(one) for one in moving)]:
            try:
                act()
            except Exception as error:
                errors.append(str(error))
        if errors:
            raise Refused("device.refused", f"Micro-Manager did not confirm that lights are off and stages still: {' '.join(errors)}")
        return self.after(set(shutters))

    def clock(self):
        return {"ns": str(time.monotonic_ns())}


def adapters_in(folder, name="*"):
    """File names of device adapters on Windows, macOS and Linux."""
    patterns = (f"mmgr_dal_{name}.dll", f"libmmgr_dal_{name}", f"libmmgr_dal_{name}.so.0")
    return [path for pattern in patterns for path in glob.glob(os.path.join(glob.escape(folder), pattern))]


def adapters_of(cfg):
    with open(cfg, encoding="utf-8", errors="replace") as file:
        parts = [line.strip().split(",") for line in file]
    return list(dict.fromkeys(part[2] for part in parts if part[0] == "Device" and len(part) > 3))


def interface_of(path):
    try:
        return ctypes.CDLL(path).GetDeviceInterfaceVersion()
    except (OSError, AttributeError):
        return None


class Lanes:
    def __init__(self, side):
        self.side = side
        self.queues = collections.defaultdict(self.start)

    def start(self):
        lane = queue.Queue()
        threading.Thread(target=self.work, args=(lane,), daemon=True).start()
        return lane

    def work(self, lane):
        while True:
            request = lane.get()
            id, do = request.pop("id"), request.pop("do")
            if do == "expose":
                request["id"] = id
            try:
                tell({"id": id, "ok": getattr(self.side, do)(**request)})
            except Refused as refused:
                tell({"id": id, "failed": {"code": refused.code, "message": str(refused), "next": refused.after}})
            except Exception as error:
                tell({"id": id, "failed": {"code": "device.refused", "message": str(error).strip() or type(error).__name__, "next": ""}})


def put_away(side):
    try:
        side.safe()
    except Exception as error:
        print(error, file=sys.stderr)
    side.core.unloadAllDevices()


def main():
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in a terminal reaches us too; Benchframe decides when we end
    side = Side()
    lanes = Lanes(side)
    tell({"event": "hello", "python": sys.version.split()[0], "pymmcore": pymmcore.__version__})
    for line in sys.stdin.buffer:
        request = json.loads(line)
        if request["do"] == "cut":
            side.cut.add(request["id"])
        else:
            lanes.queues[request.pop("lane")].put(request)
    leaving = threading.Thread(target=put_away, args=(side,), daemon=True)
    leaving.start()
    leaving.join(LEAVE_S)
    os._exit(0)


main()
