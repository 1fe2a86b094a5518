"""Writes every example request as an input of catalog_fuzz: catalog_seeds.py ENDPOINTS FOLDER.

The two bytes before the JSON are the endpoint's place in the catalog and the number of threads.
"""
import pathlib
import sys

endpoints, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
folder.mkdir(parents=True, exist_ok=True)
sources = sorted(endpoints.glob("*/*/endpoint.cpp"), key=lambda path: path.parent.name)
for place, source in enumerate(sources):
    for case in sorted(source.parent.glob("examples/*.request.json")):
        seed = folder / f"{source.parent.name}.{case.name}"
        seed.write_bytes(bytes([place % 256, 0]) + case.read_bytes())
