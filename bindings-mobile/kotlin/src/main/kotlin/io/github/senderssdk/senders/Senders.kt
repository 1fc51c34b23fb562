package io.github.senderssdk.senders

import io.github.senderssdk.senders.ffi.Client
import io.github.senderssdk.senders.ffi.ClientOption
import io.github.senderssdk.senders.ffi.EnsureRequest
import io.github.senderssdk.senders.ffi.ListRequest
import io.github.senderssdk.senders.ffi.Operation
import io.github.senderssdk.senders.ffi.OptionValue
import io.github.senderssdk.senders.ffi.Step
import io.github.senderssdk.senders.ffi.WaitRequest
import io.github.senderssdk.senders.ffi.coreVersion
import io.github.senderssdk.senders.ffi.environmentVariables
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import java.util.concurrent.atomic.AtomicBoolean
import kotlin.random.Random
import kotlin.random.nextULong
import kotlin.time.Duration

/** The options of one call, each in place of its client's. */
public data class CallOptions(
    /** How long an attempt may take, 1 ms to 10 minutes. */
    public val timeout: Duration? = null,
    /** How long the call may take with all its attempts and pauses, 1 ms to 1 hour. */
    public val totalTimeout: Duration? = null,
    /** Attempts after the first, 0 to 10. */
    public val maxRetries: Int? = null,
    /** More headers, such as `traceparent`. Those this library sets itself cannot be replaced. */
    public val headers: Map<String, String> = emptyMap(),
) {
    override fun toString(): String =
        "CallOptions(timeout=$timeout, totalTimeout=$totalTimeout, maxRetries=$maxRetries, headers=${headers.keys})"
}

/**
 * The client of one account: create, fetch, list, update, verify, delete, wait until online, ensure one or many.
 *
 * ```kotlin
 * Senders(accountSid, authToken).use { client ->
 *     val sender = client.create("whatsapp:+15017122661") { profile { name = "Example" } }
 *     client.waitUntilOnline(sender.sid) { println(it.status) }
 * }
 * ```
 *
 * Safe to share between coroutines and threads. Cancelling the coroutine of a call closes its connection and sends nothing more.
 * It sends the same requests and reads responses in the same way in every language of this library.
 */
public class Senders private constructor(builder: Builder, environment: (String) -> String?) : AutoCloseable {
    private val client: Client
    private val context: CallContext
    private val credentials: String
    private val origin: String
    private val ownTransport: OkHttpTransport?
    private val closed = AtomicBoolean()

    init {
        requireNative()
        client = guarded {
            val seed = builder.seed?.toULong() ?: Random.nextULong()
            Client(builder.given(), variables(environment), "senders-kotlin/$VERSION", seed)
        }
        origin = client.origin()
        credentials = client.credentials()
        ownTransport = if (builder.transport == null) OkHttpTransport() else null
        context = CallContext(builder.transport ?: ownTransport!!, builder.clock, builder.listener, builder.logger?.let(CallLog::of) ?: CallLog.PLATFORM)
    }

    /**
     * Without credentials the environment is asked: `TWILIO_API_KEY` and `TWILIO_API_SECRET` if both are set, else
     * `TWILIO_ACCOUNT_SID` and `TWILIO_AUTH_TOKEN`. Throws an [ArgumentException] if an option is wrong.
     */
    public constructor(accountSid: String? = null, authToken: String? = null, configure: Builder.() -> Unit = {}) : this(
        Builder().also {
            it.accountSid = accountSid
            it.authToken = authToken
            it.configure()
        },
        System::getenv,
    )

    /** The options of a client: those of [ClientOptions], and what a program on this platform can give. */
    @SendersDsl
    public class Builder : ClientOptions() {
        /** The transport. Default: an [OkHttpTransport], which is closed with the client; a transport given here is not. */
        public var transport: HttpTransport? = null

        /** The clocks. */
        public var clock: Clock = Clock.SYSTEM

        /** Receives requests, responses and pauses as events. */
        public var listener: CallListener? = null

        /**
         * Receives the lines of the log. Default: the logger `senders` of `System.Logger`, or of `java.util.logging` on Android; at
         * its level `DEBUG` (`FINE`) it writes each request, response and pause.
         */
        public var logger: CallLogger? = null

        /** A client of these options. Throws an [ArgumentException] if one is wrong. */
        public fun build(): Senders = Senders(this, System::getenv)

        internal fun build(environment: (String) -> String?): Senders = Senders(this, environment)
    }

    /**
     * Registers a number or an agent.
     *
     * The response only says that the request was accepted: go on with [waitUntilOnline]. A WhatsApp sender needs a profile's name. It is
     * never repeated when the server may have acted; then an [OutcomeUnknownException] says so. To register a number once and only
     * once use [ensure].
     */
    public suspend fun create(
        senderId: String,
        options: CallOptions = CallOptions(),
        fields: SenderFields.() -> Unit = {},
    ): Sender = create(senderId, SenderFields().apply(fields), options)

    /** The same with fields that are there already. */
    public suspend fun create(senderId: String, fields: SenderFields, options: CallOptions = CallOptions()): Sender =
        sender(begin("create") { create(senderId.checked("senderId"), fields.toJson(), options.toNative()) })

    /** Looks at one sender. */
    public suspend fun fetch(sid: String, options: CallOptions = CallOptions()): Sender =
        sender(begin("fetch") { fetch(sid.checked("sid"), options.toNative()) })

    /**
     * Lists the senders of a channel. See [SenderList].
     *
     * [pageSize] is 1 to 1000, by default the largest, or [limit] if that is smaller. [token] goes on after an earlier page; channel
     * and size of the pages are then that listing's.
     */
    public fun list(
        channel: Channel = Channel.WHATSAPP,
        pageSize: Int? = null,
        limit: Long? = null,
        token: String? = null,
        options: CallOptions = CallOptions(),
    ): SenderList = SenderList {
        begin("list") {
            val request = ListRequest(channel.text.checked("channel"), pageSize?.toLong(), limit, token?.checked("token"))
            list(request, options.toNative())
        }
    }

    /**
     * Changes the fields that are assigned and no others: null is sent as null, a field that is not assigned stays as it is.
     *
     * The response only repeats the sections that were sent; others may be null in it. Fetch the sender to have them all.
     */
    public suspend fun update(
        sid: String,
        options: CallOptions = CallOptions(),
        fields: SenderFields.() -> Unit,
    ): Sender = update(sid, SenderFields().apply(fields), options)

    /** The same with fields that are there already. */
    public suspend fun update(sid: String, fields: SenderFields, options: CallOptions = CallOptions()): Sender =
        sender(begin("update") { update(sid.checked("sid"), fields.toJson(), options.toNative()) })

    /**
     * Sends sections back that were read, changed or as they are: `client.update(sid, profile = sender.profile?.copy(about = "Hi"))`.
     *
     * The server's values in them go back as they came, and so do fields this version does not know; its nulls are left out. Changed
     * fields are sent as changed; null for a field that had a value clears it. A section that is null here is left out.
     * See [Fields] for more.
     */
    public suspend fun update(
        sid: String,
        configuration: Configuration? = null,
        webhook: Webhook? = null,
        profile: Profile? = null,
        options: CallOptions = CallOptions(),
    ): Sender {
        val fields = SenderFields()
        configuration?.let { fields.configuration = it.toFields() }
        webhook?.let { fields.webhook = it.toFields() }
        profile?.let { fields.profile = it.toFields() }
        return update(sid, fields, options)
    }

    /** Gives the code that was sent to the number by text message or call. Then [waitUntilOnline] again, with a new `timeout`. */
    public suspend fun verify(sid: String, code: String, options: CallOptions = CallOptions()): Sender =
        sender(begin("verify") { verify(sid.checked("sid"), code.checked("code"), options.toNative()) })

    /**
     * Deletes a sender. With [missingOk] one that is not there counts as deleted; without, it is a [NotFoundException] unless an
     * earlier attempt of the same call may have deleted it.
     *
     * Before you register the number again, turn two-factor authentication off for it in WhatsApp Manager
     * (Twilio's Senders API page).
     */
    public suspend fun delete(sid: String, missingOk: Boolean = false, options: CallOptions = CallOptions()) {
        begin("delete") { delete(sid.checked("sid"), missingOk, options.toNative()) }.use { it.next() }
    }

    /**
     * Looks at a sender until it is online, first at once, then after 2 seconds and ever more slowly, up to 30. [onStatus] gets
     * each change.
     *
     * It throws a [VerificationRequiredException] when the sender needs a code (unless [waitForVerification]: another person gives it),
     * a [RegistrationFailedException] when it is offline with reasons, and after [timeout] (default 10 minutes) a
     * [WaitTimeoutException]. A [timeout] of zero looks once. [token] goes on with an earlier wait: the token of a status up to
     * the same moment, that of an exception with its whole time again, since the time a person takes does not count; a
     * [timeout] given with it is a new one, and no [sid] is needed; one that is given must be the token's, or an [ArgumentException]
     * says so. [waitForVerification] is then that wait's.
     */
    public suspend fun waitUntilOnline(
        sid: String? = null,
        timeout: Duration? = null,
        waitForVerification: Boolean = false,
        token: String? = null,
        options: CallOptions = CallOptions(),
        onStatus: suspend (StatusChange) -> Unit = {},
    ): Sender = wait(sid, timeout, waitForVerification, token, options).use { driver ->
        while (true) {
            when (val step = driver.next()) {
                is Step.Status -> onStatus(step.change.toPublic())
                else -> return end(step)
            }
        }
        @Suppress("UNREACHABLE_CODE")
        error("the loop above has no end")
    }

    /**
     * The same as a flow of the changes: it ends when the sender is online, and throws what [waitUntilOnline] throws. Each time it is
     * collected a new wait begins.
     */
    public fun statuses(
        sid: String? = null,
        timeout: Duration? = null,
        waitForVerification: Boolean = false,
        token: String? = null,
        options: CallOptions = CallOptions(),
    ): Flow<StatusChange> = flow {
        wait(sid, timeout, waitForVerification, token, options).use { driver ->
            while (true) {
                when (val step = driver.next()) {
                    is Step.Status -> emit(step.change.toPublic())
                    else -> break
                }
            }
        }
    }

    /**
     * Finds the sender of this id, or creates it if there is none; safe to call again and again.
     *
     * A sender that was there is not changed: [Ensured.differences] names the fields of the request that it does not have.
     *
     * [onToken] is called once, before anything is sent, with a small text to store where it survives the process. Given as
     * [token] after a crash, in any process or language, it makes the call look for the number for twelve seconds before it
     * creates it. Remove it when the call has ended. Two processes at the same time need a lock of yours, or rely on the server
     * to refuse the second create.
     */
    public suspend fun ensure(
        senderId: String,
        options: CallOptions = CallOptions(),
        token: String? = null,
        onToken: suspend (String) -> Unit = {},
        fields: SenderFields.() -> Unit = {},
    ): Ensured = ensure(senderId, SenderFields().apply(fields), options, token, onToken)

    /** The same with fields that are there already. */
    public suspend fun ensure(
        senderId: String,
        fields: SenderFields,
        options: CallOptions = CallOptions(),
        token: String? = null,
        onToken: suspend (String) -> Unit = {},
    ): Ensured = begin("ensure") { ensure(senderId.checked("senderId"), fields.toJson(), token?.checked("token"), options.toNative()) }.use { driver ->
        while (true) {
            when (val step = driver.next()) {
                is Step.Token -> onToken(step.token)
                is Step.DoneEnsured -> return step.ensured.toPublic()
                else -> throw unexpected(step)
            }
        }
        @Suppress("UNREACHABLE_CODE")
        error("the loop above has no end")
    }

    /**
     * [ensure] for many numbers, at most 10,000: one listing serves them all.
     *
     * The results are returned in the order of [senders], each with [EnsureResult.ensured] or [EnsureResult.error]: the error of one
     * number harms no other. Creates are sent one after the other; after one that is refused for its credentials, or with
     * 429 until the attempts ran out, no further one is sent. [onResult] is called with each result as soon as it is known.
     *
     * [token] and [onToken] are those of [ensure], one for all numbers; a token also serves for fewer of them. `totalTimeout` bounds
     * all of it, by default an hour. It throws an [ArgumentException] that names the sender (`senders[3].profile.name`), and what a
     * callback throws; it then sends nothing more, as when it is cancelled.
     */
    public suspend fun ensureAll(
        senders: List<CreateRequest>,
        options: CallOptions = CallOptions(),
        token: String? = null,
        onToken: suspend (String) -> Unit = {},
        onResult: suspend (EnsureResult) -> Unit = {},
    ): List<EnsureResult> {
        val requests = senders.mapIndexed { at, it ->
            EnsureRequest(it.senderId.checked("senders[$at].senderId"), it.fields.toJson("senders[$at]."))
        }
        val results = arrayOfNulls<EnsureResult>(requests.size)
        begin("ensureAll") { ensureAll(requests, token?.checked("token"), options.toNative()) }.use { driver ->
            while (true) {
                when (val step = driver.next()) {
                    is Step.Token -> onToken(step.token)
                    is Step.EnsureResult -> {
                        val at = step.index.toInt()
                        val error = step.failure?.let { publicException(it, driver.cause) }
                        val result = EnsureResult(requests[at].senderId, step.ensured?.toPublic(), error)
                        results[at] = result
                        onResult(result)
                    }
                    Step.DoneEnsuredAll -> return results.requireNoNulls().asList()
                    else -> throw unexpected(step)
                }
            }
            @Suppress("UNREACHABLE_CODE")
            error("the loop above has no end")
        }
    }

    /** The same calls, each with the status, the headers and the request id of its last response. */
    public val withResponse: CallsWithResponse get() = CallsWithResponse(this)

    /**
     * Closes idle connections and lets no call begin any more: it throws a [MisuseException]. Calls under way go on to their end;
     * cancel their coroutines to end them.
     */
    override fun close() {
        if (closed.compareAndSet(false, true)) {
            ownTransport?.close()
            client.close()
        }
    }

    /** Where requests go and how the client says who it is: no credentials. */
    override fun toString(): String =
        if (closed.get()) "Senders(closed)" else "Senders($origin, credentials: $credentials)"

    private inline fun begin(operation: String, make: Client.() -> Operation): Driver {
        if (closed.get()) throw closed()
        val made = try {
            guarded { client.make() }
        } catch (gone: IllegalStateException) {
            // Closed by another thread meanwhile.
            throw if (closed.get()) closed() else gone
        }
        return Driver(made, operation, context)
    }

    private fun closed() = sendersException(ErrorKind.MISUSE, "the client is closed: make a new one")

    private fun wait(
        sid: String?,
        timeout: Duration?,
        waitForVerification: Boolean,
        token: String?,
        options: CallOptions,
    ): Driver {
        val request = WaitRequest(sid?.checked("sid"), timeout?.inWholeMilliseconds, waitForVerification, token?.checked("token"))
        return begin("waitUntilOnline") { waitUntilOnline(request, options.toNative()) }
    }

    private suspend fun sender(driver: Driver): Sender = driver.use { end(it.next()) }

    private fun end(step: Step): Sender = when (step) {
        is Step.DoneSender -> step.sender.toPublic()
        else -> throw unexpected(step)
    }

    private fun unexpected(step: Step) =
        sendersException(ErrorKind.INTERNAL, "a call that ended with ${step.javaClass.simpleName}")

    public companion object {
        /** The version of this package. */
        @JvmStatic
        public val VERSION: String by lazy { coreVersion() }
    }
}

/** Says in plain words what is missing where the jar was built for other platforms. */
private fun requireNative() {
    try {
        coreVersion()
    } catch (missing: LinkageError) {
        val platform = "${System.getProperty("os.name")}, ${System.getProperty("os.arch")}"
        throw UnsatisfiedLinkError("this jar of senders has no native library for $platform: build it there")
            .apply { initCause(missing) }
    }
}

/** Returns the variables of the environment that complete the options. */
private fun variables(environment: (String) -> String?): Map<String, String> =
    environmentVariables().mapNotNull { name -> environment(name)?.let { name to it.checked(name) } }.toMap()

internal fun text(name: String, value: String?) = value?.let { ClientOption(name, OptionValue.Text(it)) }

internal fun flag(name: String, value: Boolean) = ClientOption(name, OptionValue.Flag(value))

internal fun number(name: String, value: Long?) = value?.let { ClientOption(name, OptionValue.Number(it)) }
