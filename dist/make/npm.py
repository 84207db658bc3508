"""The npm packages: one with the binary of a platform, and `madoguchi`, which starts the one that fits and
has the helper for tests: npm.py VERSION TARGET BINARY OUT"""

import json
import os
import sys

import pack

CPUS = {"x86_64-unknown-linux-musl": "x64", "aarch64-unknown-linux-musl": "arm64"}

version, target, binary, out = sys.argv[1:]
cpu = CPUS[target]
common = {
    "version": version,
    "license": "MIT OR Apache-2.0",
    "description": "Conformance and test toolkit for My Number card eligibility clients (unofficial)",
}


def write(name, manifest, files):
    manifest = {"name": name, **common, **manifest}
    text = (json.dumps(manifest, indent=2, ensure_ascii=False) + "\n").encode()
    files = [("package.json", text, 0o644)] + files
    files += [(name, pack.read(name), 0o644) for name in ("LICENSE-MIT", "LICENSE-APACHE")]
    members = [(f"package/{path}", content, mode) for path, content, mode in files]
    with open(f"{out}/{name}-{version}.tgz", "wb") as file:
        file.write(pack.tar_gz(members))


write(
    f"madoguchi-linux-{cpu}",
    {"os": ["linux"], "cpu": [cpu], "files": ["bin/madoguchi"]},
    [
        ("bin/madoguchi", pack.read(binary), 0o755),
        ("README.md", f"The program of `madoguchi` for Linux on {cpu}. Install `madoguchi`.\n".encode(), 0o644),
    ],
)

source = "dist/node"
manifest = json.loads(pack.read(f"{source}/package.json"))
manifest = {key: value for key, value in manifest.items() if key not in ("name", "version", "private")}
manifest["optionalDependencies"] = {f"madoguchi-linux-{each}": version for each in sorted(CPUS.values())}
files = []
for folder, folders, names in os.walk(source):
    folders[:] = sorted(name for name in folders if name not in ("node_modules", "example"))
    for name in sorted(names):
        path = os.path.relpath(os.path.join(folder, name), source)
        if path != "package.json" and not path.startswith("package-lock"):
            mode = 0o755 if path.startswith("bin/") else 0o644
            files.append((path, pack.read(f"{source}/{path}"), mode))
write("madoguchi", manifest, files)
