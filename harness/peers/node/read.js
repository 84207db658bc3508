// Reads 利用者証明用電子証明書 from the card on MADOGUCHI_READER and prints it in base64.
"use strict";
const pcsc = require("@pokusew/pcsclite")();

let leaving = false;

// Ends both watching threads. The library tells the cancelled wait as an error; that one is wanted.
function leave(error) {
  if (leaving) return;
  leaving = true;
  if (error) {
    console.error(error);
    process.exitCode = 1;
  }
  Object.values(pcsc.readers).forEach((reader) => reader.close());
  pcsc.close();
}

function read(reader, protocol, done) {
  const transmit = (apdu, then) =>
    reader.transmit(Buffer.from(apdu, "hex"), 258, protocol, (error, answer) => {
      if (error) return done(error);
      const status = answer.subarray(-2).toString("hex");
      if (status !== "9000") return done(new Error(`${apdu}: ${status}`));
      then(answer.subarray(0, -2));
    });
  const readBinary = (at, length, then) =>
    transmit(`00B0${at.toString(16).padStart(4, "0")}${(length % 256).toString(16).padStart(2, "0")}`, then);

  transmit("00A4040C0AD392F000260100000001", () => // SELECT 公的個人認証AP
    transmit("00A4020C02000A", () => // SELECT the certificate's file
      readBinary(0, 4, (header) => {
        const size = 4 + header.readUInt16BE(2); // 30 82 hh ll
        const blocks = [];
        const rest = (at) =>
          at >= size
            ? done(null, Buffer.concat(blocks))
            : readBinary(at, Math.min(256, size - at), (block) => {
                blocks.push(block);
                rest(at + block.length);
              });
        rest(0);
      })));
}

pcsc.on("error", leave);
pcsc.on("reader", (reader) => {
  if (reader.name !== process.env.MADOGUCHI_READER) return;
  reader.on("error", leave);
  reader.on("status", (status) => {
    const inserted = (reader.state ^ status.state) & status.state & reader.SCARD_STATE_PRESENT;
    if (!inserted) return;
    reader.connect({ share_mode: reader.SCARD_SHARE_SHARED }, (error, protocol) => {
      if (error) return leave(error);
      read(reader, protocol, (failed, certificate) => {
        if (certificate) console.log(certificate.toString("base64"));
        reader.disconnect(reader.SCARD_LEAVE_CARD, (error) => leave(failed ?? error));
      });
    });
  });
});
