"""Whether a list of parts keeps to the schema of CycloneDX: valid.py FILE"""

import sys

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

with open(sys.argv[1], encoding="utf-8") as file:
    wrong = JsonStrictValidator(SchemaVersion.V1_5).validate_str(file.read())
if wrong is not None:
    sys.exit(f"{sys.argv[1]}: {wrong}")
print(f"{sys.argv[1]}: CycloneDX 1.5")
