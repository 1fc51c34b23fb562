import Senders

/// The section that was read, with the fields that a request changes.
func changed<Fields, each Value>(
    _ read: Fields, by changes: Field<Fields>, _ paths: repeat WritableKeyPath<Fields, Field<each Value>>
) -> Field<Fields> {
    var out = read
    if let changes = changes.value {
        for path in repeat each paths {
            if changes[keyPath: path] != .untouched {
                out[keyPath: path] = changes[keyPath: path]
            }
        }
    }
    return .value(out)
}
