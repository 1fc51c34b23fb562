// The fields of a request as JSON: written, and read of what the native half checked.
package io.github.senderssdk.senders

import io.github.senderssdk.senders.ffi.Entry
import io.github.senderssdk.senders.ffi.entriesOfJson

/** The fields as the JSON of an object. [path] is what the names of its fields begin with in errors. */
internal fun Fields.toJson(path: String = ""): String = StringBuilder().also { it.fields(this, path) }.toString()

private fun StringBuilder.fields(fields: Fields, path: String) {
    var before = '{'
    fun name(name: String): StringBuilder = append(before).quoted(name).append(':').also { before = ',' }
    fields.received?.let { name(RECEIVED).quoted(it) }
    for ((property, field) in fields.assigned) name(field.wire).value(field.value, path + property)
    append(if (before == '{') "{}" else "}")
}

private fun StringBuilder.value(value: Any?, path: String) {
    when (value) {
        null -> append("null")
        is Fields -> fields(value, "$path.")
        is List<*> -> {
            append('[')
            value.forEachIndexed { at, item ->
                if (at > 0) append(',')
                value(item, "$path[$at]")
            }
            append(']')
        }
        is Word -> quoted(value.text.checked(path))
        else -> quoted(value.toString().checked(path))
    }
}

private fun StringBuilder.quoted(text: String): StringBuilder {
    append('"')
    for (char in text) {
        when {
            char == '"' || char == '\\' -> append('\\').append(char)
            char < ' ' -> append("\\u").append(char.code.toString(16).padStart(4, '0'))
            else -> append(char)
        }
    }
    return append('"')
}

/** Assigns each field of a JSON object that was checked. */
internal fun <F : Fields> F.read(json: String): F = apply { guarded { entriesOfJson(json) }.forEach(::assign) }

/** The value as an object, read into an empty one. */
internal fun <F : Fields> Entry.read(empty: F): F? = if (json == "null") null else empty.read(json)
