"""A container image as an OCI layout in a tar file, made without a daemon: image.py VERSION TARGET BINARY OUT

One layer on nothing: the binary, a user without rights, and a folder for the traces. `skopeo copy
oci-archive:FILE …`, `podman load` and `docker load` (25 and later) take it; a Dockerfile copies the binary out of it."""

import gzip
import hashlib
import json
import sys
import time

import pack

ARCHITECTURES = {"x86_64-unknown-linux-musl": "amd64", "aarch64-unknown-linux-musl": "arm64"}

version, target, binary, out = sys.argv[1:]
architecture = ARCHITECTURES[target]
created = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(pack.EPOCH))

layer = pack.tar([
    ("etc/", b"", 0o755),
    ("etc/group", b"nogroup:x:65534:\n", 0o644),
    ("etc/passwd", b"nobody:x:65534:65534:nobody:/tmp:/sbin/nologin\n", 0o644),
    ("tmp/", b"", 0o1777),
    ("usr/", b"", 0o755),
    ("usr/bin/", b"", 0o755),
    ("usr/bin/madoguchi", pack.read(binary), 0o755),
])
packed = gzip.compress(layer, 9, mtime=0)
blobs = {}


def blob(content, kind):
    digest = hashlib.sha256(content).hexdigest()
    blobs[digest] = content
    return {"mediaType": kind, "digest": f"sha256:{digest}", "size": len(content)}


def as_json(value):
    return json.dumps(value, indent=None, separators=(",", ":"), sort_keys=True).encode()


labels = {
    "org.opencontainers.image.title": "madoguchi",
    "org.opencontainers.image.description": "Conformance toolkit for My Number card eligibility clients (unofficial)",
    "org.opencontainers.image.version": version,
    "org.opencontainers.image.licenses": "MIT OR Apache-2.0",
    "org.opencontainers.image.created": created,
}
config = {
    "architecture": architecture,
    "os": "linux",
    "created": created,
    "config": {
        "User": "65534:65534",
        "Env": ["PATH=/usr/bin", "TMPDIR=/tmp", "LANG=C.UTF-8"],
        "Entrypoint": ["/usr/bin/madoguchi"],
        "Cmd": ["demo"],
        "WorkingDir": "/tmp",
        "Labels": labels,
    },
    "rootfs": {"type": "layers", "diff_ids": [f"sha256:{pack.sha256(layer)}"]},
    "history": [{"created": created, "created_by": "dist/build"}],
}
manifest = {
    "schemaVersion": 2,
    "mediaType": "application/vnd.oci.image.manifest.v1+json",
    "config": blob(as_json(config), "application/vnd.oci.image.config.v1+json"),
    "layers": [blob(packed, "application/vnd.oci.image.layer.v1.tar+gzip")],
    "annotations": labels,
}
described = blob(as_json(manifest), "application/vnd.oci.image.manifest.v1+json")
described["platform"] = {"architecture": architecture, "os": "linux"}
described["annotations"] = {"org.opencontainers.image.ref.name": version}
index = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": [described]}
files = [("oci-layout", as_json({"imageLayoutVersion": "1.0.0"}), 0o644), ("index.json", as_json(index), 0o644)]
files += [("blobs/", b"", 0o755), ("blobs/sha256/", b"", 0o755)]
files += [(f"blobs/sha256/{digest}", content, 0o644) for digest, content in sorted(blobs.items())]
with open(f"{out}/madoguchi-{version}-{architecture}.oci.tar", "wb") as file:
    file.write(pack.tar(files))
