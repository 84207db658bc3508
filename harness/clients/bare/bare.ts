// Reads the certificate for user authentication (000A) of the bare card on a TCP port.
//
//     node bare.ts 35963        (Node 22.18 or later; before that, compile it with tsc)
//
// What an app needs in place of its NFC or PC/SC layer: `BareCard.transmit` is transceive.
import { createConnection, type Socket } from "node:net";

const POWER_ON = Buffer.of(0x01);
const GET_ATR = Buffer.of(0x04);

/** A card behind vpcd's framing: a length of 16 bits, high byte first, and as many bytes. */
class BareCard {
  private readonly line: Socket;
  private received = Buffer.alloc(0);
  private wake = () => {};
  private gone = false;

  constructor(port: number, host = "127.0.0.1") {
    this.line = createConnection({ port, host, noDelay: true });
    this.line.on("data", (more: Buffer) => {
      this.received = Buffer.concat([this.received, more]);
      this.wake();
    });
    this.line.on("error", () => {});
    this.line.on("close", () => {
      this.gone = true;
      this.wake();
    });
  }

  /** Cold activation; answers the ATR. */
  async activate(): Promise<Buffer> {
    this.say(POWER_ON); // has no answer
    this.say(GET_ATR);
    return this.hear();
  }

  /** A command APDU and its response data; a status word other than 9000 throws. */
  async transmit(apdu: Buffer): Promise<Buffer> {
    this.say(apdu);
    const response = await this.hear();
    const status = response.subarray(-2).toString("hex").toUpperCase();
    if (status !== "9000") throw new Error(`${apdu.toString("hex").toUpperCase()}: ${status}`);
    return response.subarray(0, -2);
  }

  close(): void {
    this.line.destroy();
  }

  private say(payload: Buffer): void {
    this.line.write(Buffer.concat([Buffer.of(payload.length >> 8, payload.length & 0xff), payload]));
  }

  private async hear(): Promise<Buffer> {
    const whole = () => (this.received.length < 2 ? 2 : 2 + this.received.readUInt16BE());
    while (this.received.length < 3 || this.received.length < whole()) {
      if (this.gone) throw new Error("the card was removed");
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
    const frame = this.received.subarray(2, whole());
    this.received = this.received.subarray(whole());
    return frame;
  }
}

const card = new BareCard(Number(process.argv[2]));
console.error("ATR", (await card.activate()).toString("hex").toUpperCase());
await card.transmit(Buffer.from("00A4040C0AD392F000260100000001", "hex")); // 公的個人認証AP
await card.transmit(Buffer.from("00A4020C02000A", "hex"));
const length = 4 + (await card.transmit(Buffer.from("00B0000004", "hex"))).readUInt16BE(2); // 30 82 hh ll
const parts: Buffer[] = [];
for (let at = 0; at < length; at += 256) {
  const step = Math.min(256, length - at) & 0xff;
  parts.push(await card.transmit(Buffer.of(0x00, 0xb0, at >> 8, at & 0xff, step)));
}
card.close();
const lines = Buffer.concat(parts).toString("base64").replace(/.{64}(?=.)/g, "$&\n");
console.log(`-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----`);
