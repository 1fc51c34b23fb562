package io.github.senderssdk.senders

import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import kotlin.time.Duration.Companion.seconds

/** A sender's whole life over OkHttp to the emulator's server. */
class LifeTest {
    @Test
    fun `from create to delete`() = test {
        EmulatorServer("--instant").use { server ->
            val events = mutableListOf<Any>()
            val listener = object : CallListener {
                override fun onRequest(event: RequestEvent) {
                    events += event
                }

                override fun onResponse(event: ResponseEvent) {
                    events += event
                }
            }
            client {
                baseUrl = server.baseUrl
                this.listener = listener
            }.use { life(it) }
            val (first, second) = events
            assertEquals(RequestEvent(1, "create", 1, "POST", "${server.baseUrl}/v2/Channels/Senders"), first)
            assertTrue(second is ResponseEvent && second.status == 202 && second.requestId!!.isNotEmpty() && second.call == 1L)
        }
    }

    private suspend fun life(client: Senders) {
        val created = client.create(NUMBER) {
            profile { name = "Example" }
            configuration { wabaId = "1" }
        }
        assertEquals(Status.CREATING, created.status)
        val needed = thrownBy<VerificationRequiredException> { client.waitUntilOnline(created.sid) }
        assertEquals(Status.PENDING_VERIFICATION, needed.sender?.status)
        assertTrue((needed as WaitException).statuses.last().needsVerification)
        val refused = thrownBy<InvalidRequestException> { client.verify(created.sid, "000000") }
        assertEquals(63113 to 400, refused.code to refused.status)
        client.verify(created.sid, "123456")
        val seen = mutableListOf<StatusChange>()
        val online = client.waitUntilOnline(token = needed.resumeToken) { seen += it }
        assertTrue(online.status.isOnline)
        assertEquals(Status.ONLINE, seen.last().status)
        assertTrue(seen.all { created.sid in it.token })
        assertEquals(Status.ONLINE, client.statuses(created.sid).toList().last().status)

        client.update(created.sid) {
            webhook { callbackUrl = "https://a.example" }
            profile {
                about = "Hi"
                vertical = null
                emails = listOf(EmailFields("a@b.example", "Sales"))
            }
        }
        client.waitUntilOnline(created.sid)
        val sender = client.fetch(created.sid)
        assertEquals("https://a.example", sender.webhook?.callbackUrl)
        assertEquals("Hi" to null, sender.profile?.about to sender.profile?.vertical)
        assertEquals(listOf(Email("a@b.example", "Sales")), sender.profile?.emails)
        assertEquals(sender, Sender.fromJson(sender.json))

        val ensured = client.ensure(NUMBER) { profile { name = "Other" } }
        assertEquals(Resolution.FOUND to created.sid, ensured.resolution to ensured.sender.sid)
        assertEquals(listOf("profile.name"), ensured.differences)

        repeat(5) { client.create("whatsapp:+155570000$it") { profile { name = "N" } } }
        val sids = client.list(pageSize = 2).toList().map { it.sid }
        assertTrue(sids.size >= 6 && sids.toSet().size == sids.size && created.sid in sids)
        val pages = client.list(pageSize = 2, limit = 5).pages().toList()
        assertEquals(listOf(2, 2, 1), pages.map { it.senders.size })
        assertNull(pages.last().nextToken)
        assertEquals(sids.subList(2, 4), client.list(token = pages[0].nextToken).take(2).toList().map { it.sid })
        assertEquals(sids.take(3), client.list(pageSize = 2).take(3).toList().map { it.sid })

        client.delete(created.sid)
        client.delete(created.sid, missingOk = true)
        val gone = thrownBy<NotFoundException> { client.fetch(created.sid, CallOptions(timeout = 5.seconds)) }
        assertEquals(20404 to 404, gone.code to gone.status)
    }
}
