package io.github.senderssdk.senders

import io.github.senderssdk.senders.ffi.Step
import kotlinx.coroutines.ExperimentalForInheritanceCoroutinesApi
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.FlowCollector
import kotlinx.coroutines.flow.flow

/**
 * A listing, cold: nothing is sent until it is collected, and each collection asks the server again. The next page is
 * asked for when the last sender of the one before was taken.
 *
 * ```kotlin
 * client.list(limit = 500).collect { println("${it.sid} ${it.status}") }
 * client.list(pageSize = 100).pages().collect { println("${it.senders.size} ${it.nextToken}") }
 * val first = client.list(limit = 10).toList()
 * ```
 */
@OptIn(ExperimentalForInheritanceCoroutinesApi::class)
public class SenderList internal constructor(private val begin: () -> Driver) : Flow<Sender> {
    /** Every page as it comes, the empty ones too. */
    public fun pages(): Flow<SenderPage> = flow {
        begin().use { driver ->
            while (true) {
                when (val step = driver.next()) {
                    is Step.Page -> emit(step.page.toPublic())
                    else -> break
                }
            }
        }
    }

    override suspend fun collect(collector: FlowCollector<Sender>) {
        pages().collect { page -> for (sender in page.senders) collector.emit(sender) }
    }
}
