// Reads the certificate for user authentication (000A) of the bare card on a TCP port.
//
//     kotlinc Bare.kt -include-runtime -d bare.jar && java -jar bare.jar 35963
//
// What an Android app needs in place of its NFC layer: BareCard has the verbs of IsoDep.
import java.io.Closeable
import java.io.DataInputStream
import java.io.DataOutputStream
import java.io.IOException
import java.net.Socket
import java.util.Base64

/** A card behind vpcd's framing: a length of 16 bits, high byte first, and as many bytes. */
class BareCard(port: Int, host: String = "127.0.0.1") : Closeable {
    private val socket = Socket(host, port).apply { tcpNoDelay = true }
    private val input = DataInputStream(socket.getInputStream().buffered())
    private val output = DataOutputStream(socket.getOutputStream().buffered())
    val atr: ByteArray

    init {
        say(byteArrayOf(0x01)) // power on: has no answer
        say(byteArrayOf(0x04)) // the ATR is asked for
        atr = hear()
    }

    /** A command APDU and its response APDU, with the status word; as IsoDep.transceive. */
    fun transceive(apdu: ByteArray): ByteArray {
        say(apdu)
        return hear()
    }

    override fun close() = socket.close()

    private fun say(payload: ByteArray) {
        output.writeShort(payload.size)
        output.write(payload)
        output.flush()
    }

    // Throws EOFException where the card was removed.
    private fun hear() = ByteArray(input.readUnsignedShort()).also { input.readFully(it) }
}

/** The response data; a status word other than 9000 throws. */
fun BareCard.transmit(vararg apdu: Int): ByteArray {
    val response = transceive(ByteArray(apdu.size) { apdu[it].toByte() })
    val status = response.takeLast(2).joinToString("") { "%02X".format(it) }
    if (status != "9000") throw IOException("${apdu.joinToString("") { "%02X".format(it) }}: $status")
    return response.copyOf(response.size - 2)
}

fun readCertificate(card: BareCard): ByteArray {
    // 公的個人認証AP
    card.transmit(0x00, 0xA4, 0x04, 0x0C, 0x0A, 0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01)
    card.transmit(0x00, 0xA4, 0x02, 0x0C, 0x02, 0x00, 0x0A)
    val head = card.transmit(0x00, 0xB0, 0x00, 0x00, 0x04) // 30 82 hh ll
    val length = 4 + ((head[2].toInt() and 0xFF) shl 8) + (head[3].toInt() and 0xFF)
    var certificate = ByteArray(0)
    while (certificate.size < length) {
        val at = certificate.size
        val step = minOf(256, length - at) and 0xFF
        certificate += card.transmit(0x00, 0xB0, at shr 8, at and 0xFF, step)
    }
    return certificate
}

fun main(args: Array<String>) = BareCard(args[0].toInt()).use { card ->
    System.err.println("ATR " + card.atr.joinToString("") { "%02X".format(it) })
    println("-----BEGIN CERTIFICATE-----")
    println(Base64.getMimeEncoder(64, "\n".toByteArray()).encodeToString(readCertificate(card)))
    println("-----END CERTIFICATE-----")
}
