package io.github.senderssdk.senders

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.io.ByteArrayInputStream
import java.io.ByteArrayOutputStream
import java.io.ObjectInputStream
import java.io.ObjectOutputStream
import kotlin.time.Duration.Companion.seconds

/** The text of values and errors where they are printed, logged or passed on. */
class ShownTest {
    private val evil = "X\nCRITICAL root: \u001b[31m +1 501 712 2661 \u202e\ud83d" + "y".repeat(5000)

    private fun assertShown(text: String) {
        assertTrue(text.length < 700 && text.none { it < ' ' || it == '\u202e' || it.isSurrogate() }, text)
        assertFalse("712" in text, text)
    }

    @Test
    fun `a server's words are shown in one short line without numbers`() {
        val sender = Sender("XE\n+15017122661", Status(evil))
        assertShown(Status(evil).toString())
        assertShown(sender.toString())
        assertShown(StatusChange(Status(evil), sender, "t").toString())
        assertShown(Ensured(Resolution.FOUND, sender, emptyList()).toString())
        assertShown(OfflineReason(evil, evil).toString())
        assertShown(WithResponse(sender, 200, listOf(HttpHeader(evil, evil)), evil).toString())
        assertEquals(evil, Status(evil).text)
        assertEquals("OFFLINE", Status.OFFLINE.toString())
        assertEquals("Sender(sid=$SID, status=ONLINE)", Sender.fromJson(SENDER).toString())
        assertEquals("OfflineReason(code=63104, message=Number +*********61)", OfflineReason("63104", "Number +15017122661").toString())
    }

    @Test
    fun `the state of a field shows no value`() {
        val fields = ConfigurationFields().apply { verificationCode = "123456" }
        assertEquals("Value(***)", fields.state(ConfigurationFields::verificationCode).toString())
    }

    @Test
    fun `a word this version does not know goes out as it is`() {
        val scripted = Scripted(answer(SENDER))
        test {
            client { transport = scripted }.use { client -> client.update(SID) { profile { useCase = UseCase("NEW  WORD 15017122661") } } }
        }
        assertEquals("""{"profile":{"use_case":"NEW  WORD 15017122661"}}""", scripted.asked.single().body!!.decodeToString())
    }

    @Test
    fun `an exception can be serialised and knows the same afterwards`() {
        val waits = Scripted(answer("""{"sid":"$SID","status":"PENDING_VERIFICATION"}"""))
        val fails = Scripted({ throw TransportException(TransportFailure.CLOSED, RequestSent.YES, "cut") })
        val errors = mutableListOf<SendersException>()
        test {
            client { transport = waits }.use { client -> errors += thrownBy<VerificationRequiredException> { client.waitUntilOnline(SID, 5.seconds) } }
            client { transport = fails }.use { client -> errors += thrownBy<OutcomeUnknownException> { client.create(NUMBER) } }
        }
        for (error in errors) {
            val bytes = ByteArrayOutputStream().also { ObjectOutputStream(it).use { out -> out.writeObject(error) } }.toByteArray()
            val read = ObjectInputStream(ByteArrayInputStream(bytes)).use { it.readObject() } as SendersException
            fun SendersException.known() =
                listOf(javaClass, message, kind, isRetryable, mayHaveExecuted, resumeToken, sender, statuses, senderId, nextStep, cause?.message)
            assertEquals(error.known(), read.known())
        }
    }

    @Test
    fun `a token of another sender is refused`() = test {
        val scripted = Scripted(answer("""{"sid":"$SID","status":"PENDING_VERIFICATION"}"""))
        client { transport = scripted }.use { client ->
            val token = thrownBy<VerificationRequiredException> { client.waitUntilOnline(SID) }.resumeToken!!
            val refused = thrownBy<ArgumentException> { client.waitUntilOnline(SID.replace('a', 'b'), token = token) }
            assertEquals("token", refused.field)
            thrownBy<ArgumentException> { client.waitUntilOnline("no sid", token = token) }
            assertEquals(1, scripted.asked.size)
            thrownBy<VerificationRequiredException> { client.waitUntilOnline(SID, token = token) }
        }
    }
}
