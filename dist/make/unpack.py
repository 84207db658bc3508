"""Unpacks the layers of an OCI layout: unpack.py LAYOUT FOLDER. Checks every digest on the way."""

import hashlib
import io
import json
import sys
import tarfile

import pack

layout, folder = sys.argv[1:]


def blob(descriptor):
    algorithm, digest = descriptor["digest"].split(":")
    content = pack.read(f"{layout}/blobs/{algorithm}/{digest}")
    assert hashlib.sha256(content).hexdigest() == digest, digest
    assert len(content) == descriptor["size"], digest
    return content


(manifest,) = json.loads(pack.read(f"{layout}/index.json"))["manifests"]
manifest = json.loads(blob(manifest))
config = json.loads(blob(manifest["config"]))
for layer, plain in zip(manifest["layers"], config["rootfs"]["diff_ids"]):
    archive = io.BytesIO(blob(layer))
    with tarfile.open(fileobj=archive, mode="r:gz") as members:
        members.extractall(folder)
print(f"{config['os']}/{config['architecture']}, {config['config']['Entrypoint']}")
