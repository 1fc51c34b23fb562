// The conformance driver of the Kotlin package: a task a line on standard input, a trace a line on standard output.
//
// The package's public interface is run with a transport that returns the responses of the task's script and a clock that
// moves only by command. Nothing is judged here: the trace goes back, and the runner compares. The protocol is described in
// tests/vectors/README.md.
package io.github.senderssdk.senders

import com.fasterxml.jackson.databind.DeserializationFeature
import com.fasterxml.jackson.databind.JsonNode
import com.fasterxml.jackson.databind.ObjectMapper
import com.fasterxml.jackson.databind.node.ObjectNode
import com.fasterxml.jackson.databind.util.RawValue
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.runBlocking
import java.util.Base64
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds

private const val START_UNIX_MS = 1_767_225_600_000 // 2026-01-01T00:00:00Z

private val json = ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)

/** A case that cannot be written in Kotlin: the compiler refuses it. */
private class NotExpressible(what: String) : Exception("not expressible in Kotlin: $what")

/** Leaves a wait after a given number of statuses. */
private class Stop : RuntimeException()

/** The transport, the clock and the listener of one task. */
private class World(replies: JsonNode, private val events: MutableList<Any>, private val maxBytes: Long) :
    HttpTransport, Clock, CallListener {
    private val replies = replies.iterator()
    private var nowMs = 0L
    var ranOut = false

    override fun monotonicMillis() = nowMs

    override fun unixMillis() = START_UNIX_MS + nowMs

    override suspend fun sleep(duration: Duration) {
        nowMs += duration.inWholeMilliseconds
    }

    override fun onWait(event: WaitEvent) {
        events += mapOf("wait" to mapOf("ms" to event.delay.inWholeMilliseconds, "reason" to event.reason.name.lowercase()))
    }

    override suspend fun send(request: HttpRequest): HttpResponse {
        events += mapOf(
            "request" to mapOf(
                "method" to request.method,
                "url" to request.url,
                "headers" to request.headers.map { listOf(it.name, it.value) },
                "body_base64" to Base64.getEncoder().encodeToString(request.body ?: ByteArray(0)),
                "timeouts" to mapOf(
                    "attempt_ms" to request.timeout.inWholeMilliseconds,
                    "connect_ms" to request.connectTimeout.inWholeMilliseconds,
                ),
            ),
        )
        check(request.maxResponseBytes == maxBytes)
        if (!replies.hasNext()) {
            ranOut = true
            throw TransportException(TransportFailure.ABORTED, RequestSent.NO, "the script has no more replies")
        }
        val reply = replies.next()
        reply["failure"]?.let { failure ->
            nowMs += failure["took_ms"].asLong()
            val kind = failure["kind"].asText()
            val what = TransportFailure.valueOf(kind.uppercase())
            throw TransportException(what, RequestSent.valueOf(failure["sent"].asText().uppercase()), "scripted: $kind")
        }
        val response = reply["response"]
        nowMs += response["took_ms"].asLong()
        val headers = response["headers"].map { HttpHeader(it[0].asText(), it[1].asText()) }
        val body = Base64.getDecoder().decode(response["body_base64"].asText())
        return HttpResponse(response["status"].asInt(), headers, body)
    }
}

private fun client(config: JsonNode, world: World): Senders {
    fun text(name: String) = config[name]?.asText()
    fun time(name: String) = config[name]?.asLong()?.milliseconds
    val none = text("credentials") == "none"
    val given = listOf("account_sid", "auth_token", "api_key", "api_secret").any(config::has)
    val builder = Senders.Builder().apply {
        noCredentials = none
        accountSid = text("account_sid") ?: if (none || given) null else "AC" + "0".repeat(32)
        authToken = text("auth_token") ?: if (none || given) null else "0".repeat(32)
        apiKey = text("api_key")
        apiSecret = text("api_secret")
        baseUrl = text("base_url")
        region = text("region")
        edge = text("edge")
        timeout = time("timeout_ms")
        connectTimeout = time("connect_timeout_ms")
        totalTimeout = time("total_timeout_ms")
        maxRetries = config["max_retries"]?.asInt()
        maxResponseBytes = config["max_response_bytes"]?.asLong()
        userAgent = text("user_agent")
        seed = config["seed"]?.asLong() ?: 0
        transport = world
        clock = world
        listener = world
        logger = Quiet
    }
    return builder.build { null }
}

private suspend fun run(task: JsonNode, events: MutableList<Any>, world: World): Map<String, Any?> {
    val given = task["given"]
    val args = given["args"].deepCopy<ObjectNode>()
    val stop = given["resume_after"]?.asInt()
    val operation = given["operation"].asText()
    fun text(name: String): String? {
        val node = args.remove(name) ?: return null
        return if (node.isTextual) node.asText() else throw NotExpressible("`$name` is $node")
    }
    client(given["config"] ?: json.createObjectNode(), world).use { api ->
        val retries = args.remove("max_retries")?.asInt()
        val timeout = args.remove("timeout_ms")?.asLong()?.milliseconds
        val options = CallOptions(timeout.takeIf { operation != "wait_until_online" }, maxRetries = retries)
        fun sender(sender: Sender) = mapOf("sender" to sender)
        return when (operation) {
            "create" -> {
                val id = text("sender_id").orEmpty()
                sender(api.create(id, fields(args), options))
            }
            "ensure" -> {
                val id = text("sender_id").orEmpty()
                mapOf("ensured" to api.ensure(id, fields(args), options))
            }
            "update" -> {
                val sid = text("sid").orEmpty()
                sender(api.update(sid, fields(args), options))
            }
            "fetch" -> sender(api.fetch(text("sid").orEmpty(), options))
            "verify" -> sender(api.verify(text("sid").orEmpty(), text("code").orEmpty(), options))
            "delete" -> {
                api.delete(text("sid").orEmpty(), args["missing_ok"]?.asBoolean() ?: false, options)
                mapOf("deleted" to true)
            }
            "list" -> list(api, args, options, stop, events)
            "wait_until_online" -> sender(wait(api, args, timeout, options, stop, events))
            else -> mapOf("crash" to "no operation $operation")
        }
    }
}

/** Makes the fields of a request; a section `{"$received": text}` is read as a response's is, and changed by the keys beside. */
private fun fields(args: ObjectNode): SenderFields {
    val read = args.properties().toList().mapNotNull { (name, section) ->
        val text = (section as? ObjectNode)?.remove("\$received")?.asText() ?: return@mapNotNull null
        name to Sender.fromJson("""{"sid":"X","status":"S","$name":$text}""")
    }
    return SenderFields.fromJson(args.toString()).also { out ->
        for ((name, sender) in read) {
            val changes = args[name].toString()
            when (name) {
                "configuration" -> out.configuration = sender.configuration!!.toFields().read(changes)
                "webhook" -> out.webhook = sender.webhook!!.toFields().read(changes)
                else -> out.profile = sender.profile!!.toFields().read(changes)
            }
        }
    }
}

private suspend fun list(
    api: Senders,
    args: JsonNode,
    options: CallOptions,
    stop: Int?,
    events: MutableList<Any>,
): Map<String, Any?> {
    val channel = args["channel"]?.asText()?.let(::Channel) ?: Channel.WHATSAPP
    var token = args["token"]?.asText()
    val first = api.list(channel, args["page_size"]?.asInt(), args["limit"]?.asLong(), token, options).pages()
    suspend fun show(page: SenderPage) {
        token = page.nextToken
        events += mapOf("page" to mapOf("sids" to page.senders.map { it.sid }, "has_next" to (token != null)))
    }
    if (stop == null) {
        first.collect { show(it) }
    } else {
        first.take(stop).collect { show(it) }
        api.list(token = token ?: return mapOf("crash" to "no token to resume from"), options = options).pages().collect { show(it) }
    }
    return mapOf("listed" to true)
}

private suspend fun wait(
    api: Senders,
    args: JsonNode,
    timeout: Duration?,
    options: CallOptions,
    stop: Int?,
    events: MutableList<Any>,
): Sender {
    var (seen, token) = 0 to args["token"]?.asText()
    val verification = args["wait_for_verification"]?.asBoolean() ?: false
    val onStatus: suspend (StatusChange) -> Unit = { change ->
        events += mapOf("status" to change.status.text)
        seen += 1
        token = change.token
        if (seen == stop) throw Stop()
    }
    return try {
        api.waitUntilOnline(args["sid"]?.asText(), timeout, verification, token, options, onStatus)
    } catch (_: Stop) {
        api.waitUntilOnline(token = token, options = options, onStatus = onStatus)
    }
}

private fun snake(name: String) = name.replace(Regex("[A-Z]")) { "_" + it.value.lowercase() }

private fun camel(name: String) = name.replace(Regex("_(.)")) { it.groupValues[1].uppercase() }

/** A message about an argument with its names as on the wire; what the caller gave stays as it is. */
private fun inTheirWords(message: String): String {
    val (rule, got) = message.split(", got ", limit = 2).let { it[0] to it.getOrNull(1) }
    val renamed = rule.replace(Regex("`[^`]*`|[a-z]+(?:[A-Z][a-z0-9]*)+")) { if (it.value[0] == '`') it.value else snake(it.value) }
    return if (got == null) renamed else "$renamed, got $got"
}

private fun errorFields(error: SendersException): Map<String, Any?> = mapOf(
    "kind" to error.kind.word,
    "status" to error.status,
    "code" to error.code,
    "message" to if (error is ArgumentException) inTheirWords(error.message) else error.message,
    "more_info" to error.moreInfo,
    "request_id" to error.requestId,
    "retry_after" to error.retryAfter?.let { it.inWholeMilliseconds / 1000.0 },
    "retryable" to error.isRetryable,
    "may_have_executed" to error.mayHaveExecuted,
    "attempts" to error.attempts,
    "next_step" to error.nextStep,
    "sender_id" to error.senderId,
    "sid" to error.sid,
    "statuses" to error.statuses.map { it.text }.ifEmpty { null },
).filterValues { it != null }

/** A value of the typed interface as JSON, with the names of the wire. */
private fun plain(value: Any?): Any? = when (value) {
    null, is String, is Number, is Boolean -> value
    is Word -> value.text
    is List<*> -> value.map(::plain)
    else -> properties(value).mapValues { plain(it.value) }
}

private fun properties(value: Any): Map<String, Any?> = value.javaClass.methods
    .filter { it.name.startsWith("get") && it.parameterCount == 0 && it.declaringClass == value.javaClass }
    .associate { snake(it.name.removePrefix("get").replaceFirstChar(Char::lowercase)) to it.invoke(value) }

/** The field at `profile.emails[0].email` as the typed interface has it; null if there is nothing. */
private fun read(sender: Sender, path: String): Any? {
    var value: Any? = sender
    for (part in Regex("""(\w+)|\[(\d+)]""").findAll(path)) {
        val (name, place) = part.destructured
        value = when (val at = value) {
            null -> null
            is List<*> -> place.toIntOrNull()?.let(at::getOrNull)
            else -> properties(at).let { fields ->
                require(snake(camel(name)) in fields) { "no property ${camel(name)}" }
                fields[name]
            }
        }
    }
    // No reason is an empty list here, and nothing in the vectors.
    return plain(value.takeUnless { path == "offline_reasons" && value == emptyList<Any>() })
}

private suspend fun trace(task: JsonNode): Map<String, Any?> {
    val events = mutableListOf<Any>()
    val config = task["given"]["config"]
    val world = World(task["replies"], events, config?.get("max_response_bytes")?.asLong() ?: (10L shl 20))
    val end: Map<String, Any?> = try {
        val ended = run(task, events, world)
        val found = ended["sender"] as Sender? ?: (ended["ensured"] as Ensured?)?.sender
        val reads = task["read"].map { it.asText() }
        buildMap<String, Any?> {
            for ((key, value) in ended) {
                put(
                    key,
                    when (value) {
                        is Sender -> RawValue(value.json)
                        is Ensured -> mapOf<String, Any?>("resolution" to value.resolution.text, "sender" to RawValue(value.sender.json))
                        else -> value
                    },
                )
            }
            if (found != null && reads.isNotEmpty()) put("reads", reads.associateWith { read(found, it) })
        }
    } catch (error: SendersException) {
        if (world.ranOut) mapOf<String, Any?>("crash" to "the script has no more replies") else mapOf("error" to errorFields(error))
    } catch (thrown: Exception) {
        mapOf<String, Any?>("crash" to thrown.toString())
    }
    return mapOf("id" to task["id"].asText(), "events" to events, "end" to end)
}

/** Runs until there are no more tasks. */
public fun main() {
    val out = System.out.bufferedWriter()
    for (line in System.`in`.bufferedReader().lineSequence()) {
        out.write(json.writeValueAsString(runBlocking { trace(json.readTree(line)) }))
        out.write("\n")
        out.flush()
    }
}
