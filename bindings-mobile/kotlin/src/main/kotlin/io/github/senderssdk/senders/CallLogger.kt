package io.github.senderssdk.senders

import java.lang.reflect.Method
import java.util.logging.Level
import java.util.logging.Logger

/**
 * A log of the calls of a client: `call 3 fetch: request 1 GET https://…, 0 bytes, within 30000 ms`. No line holds a secret or a
 * whole phone number. Called in the coroutine of the call, which waits for it; its exceptions change nothing of the call.
 */
public interface CallLogger {
    /** Writes a request, a response, a pause, a value, or the error of a call. */
    public fun debug(message: String)

    /** Writes a request without a response, or the exception of a [CallListener]. */
    public fun warn(message: String)
}

/** The levels, with the names of `System.Logger`. */
internal enum class LogLevel { DEBUG, WARNING }

/** Where the lines of a client go. */
internal interface CallLog {
    /** Whether lines of this level go anywhere. */
    fun isOn(level: LogLevel): Boolean

    fun writeLine(level: LogLevel, line: String, thrown: Throwable?)

    companion object {
        /** The logger that a client was given. */
        fun of(logger: CallLogger): CallLog = GivenLog(logger)

        /** The platform's logger `senders`: of `System.Logger`, or of `java.util.logging` where there is none, as on Android. */
        val PLATFORM: CallLog by lazy {
            try {
                SystemLog()
            } catch (_: Exception) {
                UtilLog()
            } catch (_: LinkageError) {
                UtilLog()
            }
        }
    }
}

/** Writes a line if its level is on. Whatever a logger throws changes nothing of a call. */
internal inline fun CallLog.write(level: LogLevel, thrown: Throwable? = null, line: () -> String) {
    try {
        if (isOn(level)) writeLine(level, line(), thrown)
    } catch (_: Throwable) {
        // There is nowhere else to write it.
    }
}

private class GivenLog(private val logger: CallLogger) : CallLog {
    override fun isOn(level: LogLevel) = true

    override fun writeLine(level: LogLevel, line: String, thrown: Throwable?) {
        try {
            if (level == LogLevel.DEBUG) logger.debug(line) else logger.warn(line)
        } catch (failed: Throwable) {
            CallLog.PLATFORM.write(LogLevel.WARNING, failed) { "a `CallLogger` threw ${failed.inOneLine()}; the call goes on" }
        }
    }
}

/** `System.Logger`, by reflection: Android's class library does not have it, so that the package would not compile there. */
private class SystemLog : CallLog {
    private val type = Class.forName("java.lang.System\$Logger")
    private val levelType = Class.forName("java.lang.System\$Logger\$Level")
    private val logger: Any = System::class.java.getMethod("getLogger", String::class.java).invoke(null, NAME)
    private val isLoggable: Method = type.getMethod("isLoggable", levelType)
    private val log: Method = type.getMethod("log", levelType, String::class.java, Throwable::class.java)
    private val levels: List<Any> = LogLevel.entries.map { levelType.getField(it.name).get(null) }

    override fun isOn(level: LogLevel) = isLoggable.invoke(logger, levels[level.ordinal]) as Boolean

    override fun writeLine(level: LogLevel, line: String, thrown: Throwable?) {
        log.invoke(logger, levels[level.ordinal], line, thrown)
    }
}

private class UtilLog : CallLog {
    private val logger = Logger.getLogger(NAME)

    private val LogLevel.own: Level get() = if (this == LogLevel.DEBUG) Level.FINE else Level.WARNING

    override fun isOn(level: LogLevel) = logger.isLoggable(level.own)

    override fun writeLine(level: LogLevel, line: String, thrown: Throwable?) = logger.log(level.own, line, thrown)
}

/** An exception as a log may show it. It may be anybody's. */
internal fun Throwable.inOneLine(): String = runCatching { toString().shown() }.getOrElse { javaClass.name }

private const val NAME = "senders"
