package io.github.senderssdk.senders

import com.fasterxml.jackson.databind.ObjectMapper
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.toList
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNotEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.lang.reflect.Modifier
import java.nio.file.Files
import java.nio.file.Path
import kotlin.time.Duration.Companion.seconds

/** The requests of a client, its results, its options, and its text form. */
class SendersTest {
    private fun sent(call: suspend (Senders) -> Unit): HttpRequest {
        val transport = Scripted(answer(SENDER))
        test { client { this.transport = transport }.use { call(it) } }
        return transport.asked.single()
    }

    private fun body(call: suspend (Senders) -> Unit): String = sent(call).body!!.decodeToString()

    @Test
    fun `every field of a request has its name on the wire`() {
        val expected = """{"sender_id":"$NUMBER","friendly_name":"Front desk","configuration":{"waba_id":"1",""" +
            """"verification_method":"voice","verification_code":"123456","voice_application_sid":"AP${"a".repeat(32)}",""" +
            """"account_type":""},"webhook":{"callback_url":"https://a.example","callback_method":"POST","fallback_url":null,""" +
            """"fallback_method":"PUT","status_callback_url":"https://b.example","status_callback_method":"POST"},"profile":{""" +
            """"name":"Näme 😀","about":null,"address":"a","description":"d","logo_url":"l","banner_url":"","privacy_url":"p",""" +
            """"terms_of_service_url":"t","accent_color":"#1f6feb","vertical":"v","websites":[{"website":"w","label":"waba_id"}],""" +
            """"emails":[{"email":"a@b.c","label":null},{"email":"c@d.e"}],"phone_numbers":[{"phone_number":"+1","label":"x"}],""" +
            """"use_case":"OTP"}}"""
        val fields = SenderFields().apply {
            friendlyName = "Front desk"
            configuration {
                wabaId = "1"
                verificationMethod = VerificationMethod.VOICE
                verificationCode = "123456"
                voiceApplicationSid = "AP" + "a".repeat(32)
                accountType = AccountType.CLEARED
            }
            webhook {
                callbackUrl = "https://a.example"
                callbackMethod = CallbackMethod.POST
                fallbackUrl = null
                fallbackMethod = CallbackMethod.PUT
                statusCallbackUrl = "https://b.example"
                statusCallbackMethod = "POST"
            }
            profile {
                name = "Näme 😀"
                about = null
                address = "a"
                description = "d"
                logoUrl = "l"
                bannerUrl = ""
                privacyUrl = "p"
                termsOfServiceUrl = "t"
                accentColor = "#1f6feb"
                vertical = Vertical("v")
                websites = listOf(WebsiteFields("w", "waba_id"))
                emails = listOf(EmailFields("a@b.c", null), EmailFields("c@d.e"))
                phoneNumbers = listOf(PhoneNumberFields("+1", "x"))
                useCase = UseCase.OTP
            }
        }
        assertEquals(expected, body { it.create(NUMBER, fields) })
        val json = expected.replace(""""sender_id":"$NUMBER",""", "")
        assertEquals(fields, SenderFields.fromJson(json))
        assertEquals(fields.hashCode(), SenderFields.fromJson(json).hashCode())
        assertEquals(expected, body { it.create(NUMBER, SenderFields.fromJson(json)) })
        assertFalse("123456" in fields.toString() || "123456" in fields.configuration.toString())
        assertEquals("WebsiteFields(website=***, label=***)", WebsiteFields("w", "l").toString())
    }

    @Test
    fun `a field has three states`() {
        val fields = ProfileFields().apply {
            about = null
            name = ""
        }
        assertEquals(Field.Absent, fields.state(ProfileFields::vertical))
        assertEquals(Field.Null, fields.state(ProfileFields::about))
        assertEquals(Field.Value(""), fields.state(ProfileFields::name))
        assertEquals(listOf(null, "", null), listOf(fields.about, fields.name, fields.vertical))
        assertEquals("""{"profile":{"name":"","about":null}}""", body { it.update(SID) { profile = fields } })
        fields.unset(ProfileFields::about)
        assertEquals("""{"profile":{"name":""}}""", body { it.update(SID) { profile = fields } })
        assertEquals(
            """{"configuration":null,"profile":{}}""",
            body {
                it.update(SID) {
                    profile { }
                    configuration = null
                }
            },
        )
        assertEquals("""{"configuration":{"verification_code":"12ab"}}""", body { it.verify(SID, "12ab") })
        assertNotEquals(ProfileFields(), fields)
        assertNotEquals(EmailFields(), WebsiteFields())
    }

    @Test
    fun `every text arrives as it is`() {
        val all = (0..0x2ff).joinToString("") { it.toChar().toString() } + "\u2028\ufffe😀"
        val json = ObjectMapper().readTree(body { it.update(SID) { profile { websites = listOf(WebsiteFields(all, "\"}"), WebsiteFields()) } } })
        assertEquals(listOf(all, "\"}"), json["profile"]["websites"][0].map { it.textValue() })
        assertEquals(0, json["profile"]["websites"][1].size())
    }

    @Test
    fun `options reach the request`() {
        val request = sent { it.fetch(SID, CallOptions(timeout = 3.seconds, headers = mapOf("traceparent" to "00-1"))) }
        assertEquals(3.seconds to 3.seconds, request.timeout to request.connectTimeout)
        assertTrue(HttpHeader("traceparent", "00-1") in request.headers)
        assertTrue(request.headers.any { it.name == "User-Agent" && it.value == "senders-kotlin/${Senders.VERSION}" })
        assertTrue(request.headers.any { it.name == "Authorization" && it.value.startsWith("Basic ") })
        assertFalse("Basic" in request.headers.toString() + request)
    }

    @Test
    fun `mistakes are found before anything is sent`() {
        val transport = Scripted(answer(SENDER))
        fun field(call: suspend (Senders) -> Unit): String? {
            var field: String? = null
            test { client { this.transport = transport }.use { field = thrownBy<ArgumentException> { call(it) }.field } }
            return field
        }
        assertEquals("senderId", field { it.create("whatsapp:15551234567") })
        assertEquals("configuration.verificationMethod", field { it.create(NUMBER) { configuration { verificationMethod = VerificationMethod("fax") } } })
        assertEquals("code", field { it.verify(SID, "") })
        assertEquals("pageSize", field { it.list(pageSize = -1).toList() })
        assertEquals("limit", field { it.list(limit = -1).toList() })
        assertEquals("timeout", field { it.fetch(SID, CallOptions(timeout = (-1).seconds)) })
        assertEquals("maxRetries", field { it.fetch(SID, CallOptions(maxRetries = 11)) })
        assertEquals("headers", field { it.fetch(SID, CallOptions(headers = mapOf("Host" to "x"))) })
        assertEquals("sid", field { it.waitUntilOnline() })
        assertEquals("the request", field { it.update(SID) { } })
        assertEquals("friendlyName", field { it.create(NUMBER) { friendlyName = "a\ud800" } })
        assertEquals("profile.emails[0].email", thrownBy<ArgumentException> { SenderFields.fromJson("""{"profile":{"emails":[{"email":1}]}}""") }.field)
        assertEquals("json", thrownBy<ArgumentException> { Sender.fromJson("{}") }.field)
        assertEquals(0, transport.asked.size)
    }

    @Test
    fun `a listing is cold, goes page by page and stops when no one takes more`() = test {
        val page = """{"senders":[$SENDER,$SENDER],"meta":{"next_page_url":"https://x?PageToken=1"}}"""
        val transport = Scripted(answer(page), answer("""{"senders":[$SENDER],"meta":{}}"""))
        client { this.transport = transport }.use { client ->
            val list = client.list(Channel.RCS)
            assertEquals(0, transport.asked.size)
            assertEquals(SID, list.first().sid)
            assertEquals(1, transport.asked.size)
            assertTrue("Channel=rcs" in transport.asked[0].url)
        }
        val again = Scripted(answer(page), answer("""{"senders":[$SENDER],"meta":{}}"""))
        client { this.transport = again }.use { client ->
            val pages = client.list().pages().toList()
            assertEquals(listOf(2, 1), pages.map { it.senders.size })
            assertTrue(pages[0].nextToken != null && pages[1].nextToken == null)
            assertEquals("SenderPage(2 senders, more)", pages[0].toString())
        }
    }

    private fun open(vararg variables: Pair<String, String>, configure: Senders.Builder.() -> Unit = {}): Senders =
        Senders.Builder().apply(configure).build(mapOf(*variables)::get)

    private val token = arrayOf("TWILIO_ACCOUNT_SID" to "AC" + "1".repeat(32), "TWILIO_AUTH_TOKEN" to "canary")
    private val key = arrayOf("TWILIO_API_KEY" to "SK" + "1".repeat(32), "TWILIO_API_SECRET" to "canary")

    @Test
    fun `the environment completes what is not given`() {
        fun shown(vararg variables: Pair<String, String>, configure: Senders.Builder.() -> Unit = {}) =
            open(*variables, configure = configure).use { it.toString() }
        assertEquals("Senders(https://messaging.twilio.com, credentials: auth token)", shown(*token))
        assertEquals("Senders(https://messaging.twilio.com, credentials: API key)", shown(*token, *key))
        assertEquals(
            "Senders(http://127.0.0.1:1, credentials: none)",
            shown(*token, "SENDERS_BASE_URL" to "http://127.0.0.1:1", "TWILIO_REGION" to "ie1") {
                noCredentials = true
            },
        )
        val placed = shown(*token, "TWILIO_REGION" to "ie1", "TWILIO_EDGE" to "dublin")
        assertEquals("Senders(https://messaging.dublin.ie1.twilio.com, credentials: auth token)", placed)
        assertEquals(
            "Senders(https://messaging.sydney.us1.twilio.com, credentials: auth token)",
            shown(*token, "SENDERS_BASE_URL" to "http://127.0.0.1:1") {
                edge = "sydney"
            },
        )
        assertEquals("Senders(https://a.example, credentials: auth token)", shown(*token, "TWILIO_REGION" to "ie1") { baseUrl = "https://a.example" })
        val missing = thrownBy<ArgumentException> { open(token[0], key[0], "TWILIO_AUTH_TOKEN" to "") }
        assertEquals("accountSid", missing.field)
        assertTrue("TWILIO_AUTH_TOKEN" in missing.message)
        assertEquals("noCredentials", thrownBy<ArgumentException> { open { noCredentials = true; apiKey = "SK" } }.field)
        val mixed = thrownBy<ArgumentException> { open(*key) { accountSid = token[0].second } }
        assertEquals("authToken", mixed.field)
        assertEquals("timeout", thrownBy<ArgumentException> { open(*token) { timeout = kotlin.time.Duration.ZERO } }.field)
        assertFalse("canary" in thrownBy<ArgumentException> { open(*token, "SENDERS_BASE_URL" to "https://u:canary@x") }.toString())
    }

    @Test
    fun `words are known by their text, and other text is kept`() {
        assertTrue((Status.KNOWN + Vertical.KNOWN + AccountType.KNOWN).all { it.isKnown })
        assertTrue(!Status("NEW").isKnown && Status("NEW") == Status("NEW"))
        assertNotEquals(Status("ONLINE"), CountryStatus("ONLINE"))
        assertEquals(Vertical.OTC_DRUGS, Vertical("OTC Drugs"))
        assertEquals("""{"profile":{"vertical":"New line"}}""", body { it.update(SID) { profile { vertical = Vertical("New line") } } })
    }

    @Test
    fun `a status says what it means for the sender`() {
        fun facts(word: String) = Status(word).run { listOf(isOnline, canSend, needsVerification, isUpdating) }
        assertEquals(listOf(true, true, false, false), facts("ONLINE"))
        assertEquals(listOf(false, true, false, true), facts("ONLINE:UPDATING"))
        assertEquals(listOf(false, false, true, false), facts("ONLINE:PENDING_VERIFICATION"))
        assertEquals(listOf(false, false, true, false), facts("PENDING_VERIFICATION"))
        for (word in listOf("OFFLINE", "ONLINEISH", "")) assertFalse(true in facts(word))
    }

    @Test
    fun `what is shown holds no numbers and names`() {
        val sections = """"profile":{"name":"canary","emails":[{"email":"canary"}]},"configuration":{"waba_id":"canary"}"""
        val sender = Sender.fromJson(
            """{"sid":"$SID","status":"ONLINE","sender_id":"canary",$sections,"webhook":{"callback_url":"canary"}}""",
        )
        val shown = listOf(sender, sender.profile, sender.profile?.emails, sender.configuration, sender.webhook, StatusChange(sender.status, sender, "canary"))
        assertFalse("canary" in shown.toString())
        assertNull(sender.compliance)
    }

    /** The generated package may change with any version: it is not part of the public names. */
    @Test
    fun `no public signature has a generated type`() {
        val classes = Path.of(Senders::class.java.protectionDomain.codeSource.location.toURI()).resolve("io/github/senderssdk/senders")
        val names = Files.list(classes).use { all -> all.map { it.fileName.toString() }.toList() }.filter { it.endsWith(".class") }
        assertTrue(names.size > 60)
        for (name in names) {
            val type = Class.forName("io.github.senderssdk.senders." + name.removeSuffix(".class"))
            val internal = type.getAnnotation(Metadata::class.java)?.let { name in INTERNAL || '$' in name } ?: true
            if (internal || !Modifier.isPublic(type.modifiers)) continue
            val signatures = type.methods.filter { '$' !in it.name && it.declaringClass == type }.map { it.toGenericString() }
            assertTrue(signatures.none { ".ffi." in it }, "$name: ${signatures.filter { ".ffi." in it }}")
        }
    }

    private companion object {
        /** Files of functions and classes that are internal in Kotlin. */
        val INTERNAL = setOf(
            "ConvertKt.class", "ReadKt.class", "JsonKt.class", "ErrorsKt.class", "Source.class", "DriverKt.class", "Driver.class", "Known.class",
            "SendersExceptionKt.class", "CallContext.class", "CallContextKt.class", "CallLog.class", "CallLoggerKt.class", "SendersKt.class",
            "OkHttpTransportKt.class",
        )
    }
}
