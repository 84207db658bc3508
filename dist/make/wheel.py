"""A Python wheel with the binary as a script and the pytest plugin: wheel.py VERSION TARGET BINARY OUT"""

import base64
import hashlib
import os
import sys

import pack

# A static binary runs on every Linux; both families of C libraries are named, or pip would refuse it.
PLATFORMS = {
    "x86_64-unknown-linux-musl": "manylinux2014_x86_64.musllinux_1_1_x86_64",
    "aarch64-unknown-linux-musl": "manylinux2014_aarch64.musllinux_1_1_aarch64",
}

version, target, binary, out = sys.argv[1:]
platform = PLATFORMS[target]
info = f"madoguchi-{version}.dist-info"

metadata = f"""\
Metadata-Version: 2.4
Name: madoguchi
Version: {version}
Summary: Conformance and test toolkit for My Number card eligibility clients (unofficial)
License-Expression: MIT OR Apache-2.0
License-File: LICENSE-MIT
License-File: LICENSE-APACHE
Keywords: smartcard,pcsc,conformance,mynumber
Classifier: Environment :: Console
Classifier: Framework :: Pytest
Classifier: Operating System :: POSIX :: Linux
Classifier: Topic :: Software Development :: Testing
Requires-Python: >=3.9
Description-Content-Type: text/markdown

""".encode() + pack.read("dist/python/README.md")

wheel = "Wheel-Version: 1.0\nGenerator: madoguchi dist/build\nRoot-Is-Purelib: false\n"
wheel += "".join(f"Tag: py3-none-{tag}\n" for tag in platform.split("."))

source = "dist/python/src/madoguchi"
modules = sorted(name for name in os.listdir(source) if name.endswith(".py"))
files = [(f"madoguchi/{name}", pack.read(f"{source}/{name}"), 0o644) for name in modules]
files += [
    (f"madoguchi-{version}.data/scripts/madoguchi", pack.read(binary), 0o755),
    (f"{info}/METADATA", metadata, 0o644),
    (f"{info}/WHEEL", wheel.encode(), 0o644),
    (f"{info}/entry_points.txt", b"[pytest11]\nmadoguchi = madoguchi.plugin\n", 0o644),
    (f"{info}/licenses/LICENSE-MIT", pack.read("LICENSE-MIT"), 0o644),
    (f"{info}/licenses/LICENSE-APACHE", pack.read("LICENSE-APACHE"), 0o644),
]
record = ""
for name, content, _ in files:
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    record += f"{name},sha256={digest},{len(content)}\n"
record += f"{info}/RECORD,,\n"
files.append((f"{info}/RECORD", record.encode(), 0o644))
with open(f"{out}/madoguchi-{version}-py3-none-{platform}.whl", "wb") as file:
    file.write(pack.zipped(files))
