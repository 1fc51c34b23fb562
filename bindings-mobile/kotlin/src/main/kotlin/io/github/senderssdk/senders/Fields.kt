package io.github.senderssdk.senders

import io.github.senderssdk.senders.ffi.Entry
import kotlin.properties.ReadWriteProperty
import kotlin.reflect.KProperty

/** The three states of a field of a request. */
public sealed interface Field<out T : Any> {
    /** Left out: an update leaves what the server has. */
    public data object Absent : Field<Nothing>

    /** Null: an update clears it. */
    public data object Null : Field<Nothing>

    /** A value. The empty text is one. */
    public data class Value<out T : Any>(public val value: T) : Field<T> {
        /** That there is one, and not which: it may be a code, a name or a number. */
        override fun toString(): String = "Value(***)"
    }
}

/** Keeps the blocks of a request apart. */
@DslMarker
public annotation class SendersDsl

/**
 * The fields of an object in a request: only assigned fields are sent. Assigning null sends null.
 *
 * ```kotlin
 * client.update(sid) {
 *     profile { about = null }        // cleared; everything else stays
 * }
 * ```
 *
 * `toFields` makes one of an object that was read. The server's values go back as they came, and so do fields this version does
 * not know. Its nulls are left out, since a response to an update has null for each field that was not sent. Fields changed with
 * `copy` are sent as changed; null for a field that had a value clears it. More can be assigned to the result, null too.
 *
 * `toString` shows which fields are assigned, not what they hold.
 */
@SendersDsl
public sealed class Fields {
    /** The assigned fields, by property. */
    internal val assigned = LinkedHashMap<String, Assigned>()

    /** The object as a response had it, as JSON: sent as it came, except for assigned fields and its nulls. */
    internal var received: String? = null

    /** The state of a property: `fields.state(ProfileFields::about)`. */
    public fun <T : Any> state(property: KProperty<T?>): Field<T> {
        val field = assigned[property.name] ?: return Field.Absent
        @Suppress("UNCHECKED_CAST") // only the delegate of this property writes under its name
        return Field.Value(field.value as T? ?: return Field.Null)
    }

    /** Takes an assignment back: the field is left out again, or is as it was read. */
    public fun unset(property: KProperty<*>) {
        assigned.remove(property.name)
    }

    override fun equals(other: Any?): Boolean =
        other is Fields && other.javaClass == javaClass && other.assigned == assigned && other.received == received

    override fun hashCode(): Int = 31 * assigned.hashCode() + received.hashCode()

    override fun toString(): String =
        assigned.entries.joinToString(prefix = "${javaClass.simpleName}(", postfix = ")") { (name, field) -> "$name=$field" }

    /** Assigns a field of JSON that was checked. */
    internal abstract fun assign(entry: Entry)

    /** A property that is the field [wire] of the API. */
    internal fun <T : Any> field(wire: String): ReadWriteProperty<Fields, T?> = object : ReadWriteProperty<Fields, T?> {
        @Suppress("UNCHECKED_CAST") // see `state`
        override fun getValue(thisRef: Fields, property: KProperty<*>): T? = assigned[property.name]?.value as T?

        override fun setValue(thisRef: Fields, property: KProperty<*>, value: T?) {
            assigned[property.name] = Assigned(wire, value)
        }
    }
}

/** A value with its field's name on the wire. */
internal data class Assigned(val wire: String, val value: Any?) {
    override fun toString(): String = if (value == null) "null" else "***"
}
