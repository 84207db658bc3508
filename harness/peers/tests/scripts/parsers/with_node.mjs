// Reads certificates with Node's own `X509Certificate`; one JSON object for each file.
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";

const instant = (text) => new Date(text).toISOString().replace(".000", "");
const name = (lines) => lines.split("\n").join(", ");

for (const path of process.argv.slice(2)) {
  const it = new X509Certificate(readFileSync(path));
  const told = {
    serial: it.serialNumber,
    issuer: name(it.issuer),
    subject: name(it.subject),
    "not-before": instant(it.validFrom),
    "not-after": instant(it.validTo),
  };
  // What Node calls the key usage is the extended one.
  if (it.keyUsage) told["extended-key-usage"] = it.keyUsage.join(", ");
  if (it.ca) told.ca = "true";
  if (it.infoAccess) told.ocsp = it.infoAccess.trim().replace("OCSP - URI:", "");
  console.log(JSON.stringify(told));
}
