"""What the binary is made of, as CycloneDX 1.5: parts.py VERSION TARGET OUT

Only what is compiled into it, from Cargo's own graph: no build scripts' tools, no tests."""

import json
import os
import re
import subprocess
import sys
import time
import uuid

import pack

version, target, out = sys.argv[1:]
told = subprocess.run(
    ["cargo", "metadata", "--locked", "--format-version", "1", "--filter-platform", target],
    check=True, capture_output=True, text=True,
)
metadata = json.loads(told.stdout)
packages = {package["id"]: package for package in metadata["packages"]}
nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
checksums = dict()
for block in pack.read("Cargo.lock").decode().split("[[package]]")[1:]:
    fields = dict(re.findall(r'^(name|version|checksum) = "(.*)"$', block, re.M))
    if "checksum" in fields:
        checksums[fields["name"], fields["version"]] = fields["checksum"]


def purl(package):
    return f"pkg:cargo/{package['name']}@{package['version']}"


def needs(identity):
    """What is compiled into it: neither what a build script nor what a test needs."""
    for dependency in nodes[identity]["deps"]:
        if any(kind["kind"] is None for kind in dependency["dep_kinds"]):
            yield dependency["pkg"]


root = next(identity for identity, package in packages.items() if package["name"] == "madoguchi")
seen, waiting = {root}, [root]
while waiting:
    for each in needs(waiting.pop()):
        if each not in seen:
            seen.add(each)
            waiting.append(each)


def component(package, kind):
    entry = {"type": kind, "bom-ref": purl(package), "name": package["name"], "version": package["version"]}
    if package.get("license"):
        entry["licenses"] = [{"expression": package["license"].replace("/", " OR ")}]
    checksum = checksums.get((package["name"], package["version"]))
    if checksum:
        entry["hashes"] = [{"alg": "SHA-256", "content": checksum}]
    entry["purl"] = purl(package)
    return entry


parts = sorted((packages[identity] for identity in seen if identity != root), key=purl)
graph = [
    {"ref": purl(packages[identity]), "dependsOn": sorted({purl(packages[each]) for each in needs(identity)})}
    for identity in sorted(seen, key=lambda identity: purl(packages[identity]))
]
document = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.5",
    "version": 1,
    "metadata": {
        "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(pack.EPOCH)),
        "component": component(packages[root], "application"),
    },
    "components": [component(package, "library") for package in parts],
    "dependencies": graph,
}
# a number that follows from the content
number = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(document, sort_keys=True))
document["serialNumber"] = f"urn:uuid:{number}"
with open(os.path.join(out, f"madoguchi-{version}.cdx.json"), "w", encoding="utf-8") as file:
    json.dump(document, file, indent=2, ensure_ascii=False)
    file.write("\n")
print(f"{len(parts)} parts")
