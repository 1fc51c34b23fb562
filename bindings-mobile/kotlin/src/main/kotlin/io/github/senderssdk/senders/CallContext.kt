package io.github.senderssdk.senders

import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.delay
import java.util.concurrent.atomic.AtomicLong
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.TimeSource

/** The two clocks of a client, and how it pauses. Tests give their own. */
public interface Clock {
    /** A reading that never goes back, in milliseconds from any fixed point; may be negative. */
    public fun monotonicMillis(): Long

    /** Milliseconds since 1970. */
    public fun unixMillis(): Long

    /** Pauses for this long. */
    public suspend fun sleep(duration: Duration)

    public companion object {
        /** The machine's own. */
        @JvmField
        public val SYSTEM: Clock = object : Clock {
            private val start = TimeSource.Monotonic.markNow()

            override fun monotonicMillis(): Long = start.elapsedNow().inWholeMilliseconds

            override fun unixMillis(): Long = System.currentTimeMillis()

            override suspend fun sleep(duration: Duration) = delay(duration)
        }
    }
}

/** The parts that all calls of a client share. */
internal class CallContext(
    val transport: HttpTransport,
    val clock: Clock,
    val listener: CallListener?,
    val log: CallLog,
) {
    /** How many calls there were: each has the number after the one before. */
    val calls = AtomicLong()

    /**
     * The threads on which responses are read and listeners are called. They are not those of `Dispatchers.Default`: there are only as
     * many as cores, and a program may block them all, for example with `runBlocking` around a call.
     */
    val reading: CoroutineDispatcher = Dispatchers.IO.limitedParallelism(READERS)

    /** Where the transport runs: one that blocks its threads holds up no other client. */
    val sending: CoroutineDispatcher = Dispatchers.IO.limitedParallelism(SENDERS)
}

private const val READERS = 64
private const val SENDERS = 1024

/** How much longer than its time a transport gets to say by itself that it is over. */
internal val GRACE: Duration = 250.milliseconds
