package io.github.senderssdk.senders

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNotEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import kotlin.time.Duration.Companion.seconds
import kotlin.time.measureTime

/** Sections that were read and go back, with fields this version does not know. */
class SendBackTest {
    private val sender = """{"sid":"$SID","status":"ONLINE","sender_id":"$NUMBER",""" +
        """"configuration":{"waba_id":"1","verification_method":null,"future":1.0,"account_type":"NEW"},""" +
        """"webhook":{"callback_url":"https://a.example","callback_method":"GET","retries":{"most":3,"least":null}},""" +
        """"profile":{"name":"Example","about":null,"vertical":"Other","emails":[{"email":"a@b.example","label":null,"checked":true}],""" +
        """"websites":["https://a.example"],"phone_numbers":null,"future":[1]}}"""

    private fun sent(fetched: String = sender, call: suspend Senders.(Sender) -> Unit): String {
        val transport = Scripted(answer(fetched))
        test {
            client { this.transport = transport }.use { client ->
                client.call(client.fetch(SID))
            }
        }
        return transport.asked.last().run {
            assertEquals("POST", method)
            body!!.decodeToString()
        }
    }

    @Test
    fun `what was read goes back as it came, without its nulls`() {
        assertEquals(
            """{"configuration":{"waba_id":"1","account_type":"NEW","future":1.0}}""",
            sent { update(SID, configuration = it.configuration) },
        )
        assertEquals(
            """{"webhook":{"callback_url":"https://a.example","callback_method":"GET","retries":{"most":3}},""" +
                """"profile":{"name":"Example","vertical":"Other","websites":["https://a.example"],""" +
                """"emails":[{"email":"a@b.example","checked":true}],"future":[1]}}""",
            sent { update(SID, webhook = it.webhook, profile = it.profile) },
        )
        // A section that was not there is left out.
        assertEquals("""{"profile":{"name":"N"}}""", sent(SENDER) { update(SID, it.configuration, profile = it.profile ?: Profile("N")) })
    }

    @Test
    fun `changes take the place of what was read`() {
        assertEquals(
            """{"profile":{"vertical":"Other","websites":["https://a.example"],"future":[1],"name":"New","about":"Hi",""" +
                """"emails":[{"checked":true,"email":"c@d.example"},{"email":"e@f.example"}]}}""",
            sent {
                val profile = it.profile!!
                val emails = listOf(profile.emails!![0].copy(email = "c@d.example"), Email("e@f.example"))
                update(SID, profile = profile.copy(name = "New", about = "Hi", emails = emails))
            },
        )
        // Null for what had a value clears it; what was null is left alone, unless null is assigned.
        assertEquals(
            """{"profile":{"name":"Example","websites":["https://a.example"],"future":[1],"about":null,"vertical":null,"emails":[]}}""",
            sent {
                val fields = it.profile!!.copy(vertical = null, emails = emptyList()).toFields()
                update(SID) { profile = fields.apply { about = null } }
            },
        )
        val mistake = sentOrMistake { update(SID, webhook = it.webhook!!.copy(fallbackMethod = CallbackMethod("GET"))) }
        assertEquals("webhook.fallbackMethod", mistake.field)
    }

    private fun sentOrMistake(call: suspend Senders.(Sender) -> Unit): ArgumentException =
        thrownBy { sent(call = call) }

    @Test
    fun `where it was read is no part of what it says`() {
        val (read, again) = Sender.fromJson(sender) to Sender.fromJson(sender.replace("\"future\":[1]", "\"future\":2"))
        assertEquals(read.profile, again.profile)
        assertEquals(read.profile.hashCode(), again.profile.hashCode())
        assertEquals(Email("a@b.example"), read.profile?.emails?.single())
        assertNotEquals(read.profile?.toFields(), again.profile?.toFields())
        assertEquals(read.profile?.toFields(), read.copy().profile?.toFields())
        assertFalse(listOf(read.profile, read.profile?.toFields(), read.webhook?.toFields()).any { "xample" in it.toString() || "future" in it.toString() })
    }

    @Test
    fun `the mark of what was read is refused in what a person wrote`() {
        assertEquals("json", thrownBy<ArgumentException> { SenderFields.fromJson("""{"profile":{"${'$'}received":"{}"}}""") }.field)
    }

    @Test
    fun `numbers and plain texts are read where texts and objects are documented`() {
        val odd = Sender.fromJson(
            """{"sid":"$SID","status":"ONLINE","properties":{"messaging_limit":1000},"profile":{"emails":["a@b.example",{"email":"c@d.example"}]}}""",
        )
        assertEquals("1000", odd.properties?.messagingLimit)
        assertEquals(listOf(Email("a@b.example"), Email("c@d.example")), odd.profile?.emails)
    }

    @Test
    fun `a long list goes back in the time it takes to read it`() {
        // As many as the core reads of a list, of a sender whose JSON is long.
        val count = 1_000
        val items = (0 until count).joinToString(",") { """{"website":"https://$it.example","label":null,"future":$it}""" }
        val fetched = """{"sid":"$SID","status":"ONLINE","more":"${"x".repeat(4 shl 20)}","profile":{"websites":[$items]}}"""
        assertEquals(count, Sender.fromJson(fetched).profile?.websites?.size)
        val took = measureTime {
            val body = sent(fetched) { update(SID, profile = it.profile?.run { copy(websites = websites.orEmpty().drop(1)) }) }
            assertTrue(body.endsWith("""{"website":"https://${count - 1}.example","future":${count - 1}}]}}"""), body.takeLast(100))
        }
        // Read again for each item it takes half a minute.
        assertTrue(took < 5.seconds, "$took")
    }
}
