// One sender's whole life, step by step, against the emulator (or whatever SENDERS_BASE_URL says). `cargo xtask demo` runs it.
import io.github.senderssdk.senders.CallOptions
import io.github.senderssdk.senders.NotFoundException
import io.github.senderssdk.senders.Senders
import io.github.senderssdk.senders.SendersException
import io.github.senderssdk.senders.StatusChange
import io.github.senderssdk.senders.VerificationMethod
import io.github.senderssdk.senders.VerificationRequiredException
import kotlinx.coroutines.flow.withIndex
import kotlinx.coroutines.runBlocking
import kotlin.system.exitProcess
import kotlin.time.Duration.Companion.seconds
import kotlin.time.measureTime

const val NUMBER = "whatsapp:+15017122661"

/** A client with the environment's credentials, or else the emulator's own. Never Twilio: a demo registers nothing for real. */
fun newClient(): Senders {
    val url = System.getenv("SENDERS_BASE_URL") ?: "http://127.0.0.1:8421"
    if (System.getenv().keys.any { it.startsWith("TWILIO_") }) return Senders { baseUrl = url }
    return Senders("AC" + "0".repeat(32), "0".repeat(32)) { baseUrl = url }
}

fun say(step: String, text: String) = println("  ${step.padEnd(8)} $text")

/** Walks the sender through its life; returns how many statuses it was seen in. */
suspend fun life(client: Senders): Int {
    var seen = 0
    val onStatus: suspend (StatusChange) -> Unit = {
        seen += 1
        say("", "status ${it.status}")
    }

    var sender = client.create(NUMBER) {
        configuration { verificationMethod = VerificationMethod.SMS }
        profile { name = "Example" }
    }
    say("create", "${sender.sid} is ${sender.status}")
    sender = try {
        client.waitUntilOnline(sender.sid, timeout = 60.seconds, onStatus = onStatus)
    } catch (needed: VerificationRequiredException) {
        say("verify", "${needed.nextStep.substringBefore(',')}: 123456")
        client.verify(sender.sid, "123456")
        // A person may have taken a while to read the code: this wait has a new timeout.
        client.waitUntilOnline(token = needed.resumeToken, timeout = 60.seconds, onStatus = onStatus)
    }
    say("online", "${sender.sid} can send")

    client.update(sender.sid) {
        webhook { callbackUrl = "https://example.com/in" }
        profile { about = "Made by the demo" }
    }
    sender = client.waitUntilOnline(sender.sid, timeout = 60.seconds)
    say("update", "incoming messages go to ${sender.webhook?.callbackUrl}")

    sender = client.fetch(sender.sid)
    say("fetch", "$sender about=${sender.profile?.about}")

    val others = List(4) { n ->
        client.create("whatsapp:+1555010" + "$n".padStart(4, '0')) { profile { name = "Example $n" } }
    }
    client.list(pageSize = 2).pages().withIndex().collect { (at, page) ->
        say("list", "page ${at + 1}: " + page.senders.joinToString { "${it.sid.take(8)}… ${it.status}" })
    }
    for (one in listOf(sender) + others) client.delete(one.sid)
    try {
        client.fetch(sender.sid, CallOptions(maxRetries = 0))
    } catch (gone: NotFoundException) {
        say("delete", "${sender.sid} is gone (${gone.status}, code ${gone.code})")
    }
    return seen
}

fun main() {
    newClient().use { client ->
        println("Kotlin: $client")
        try {
            var statuses = 0
            val took = measureTime { statuses = runBlocking { life(client) } }
            println("Kotlin: done in ${took.inWholeMilliseconds / 100 / 10.0} s, $statuses statuses seen on the way to ONLINE")
        } catch (error: SendersException) {
            System.err.println("Kotlin: failed: ${error.message}")
            exitProcess(1)
        }
    }
}
