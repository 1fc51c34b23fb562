import Foundation

/// Time as a client sees it. The default is the system's; one of your own lets tests of retries and waits take no time.
public protocol SendersClock: Sendable {
    /// Milliseconds of a clock that never goes back.
    func monotonicMs() -> UInt64
    /// Milliseconds since 1970.
    func unixMs() -> UInt64
    /// Returns after this long, or throws when the task is cancelled.
    func sleep(for duration: Duration, reason: WaitReason) async throws
    /// Returns when an attempt has taken this long, or throws when the task is cancelled. By default the system's time.
    func limit(_ duration: Duration) async throws
}

extension SendersClock {
    /// Returns when an attempt has taken this long by the system's time.
    public func limit(_ duration: Duration) async throws {
        try await Task.sleep(for: duration)
    }
}

/// Why a call pauses between two requests.
public enum WaitReason: String, Hashable, Sendable, CaseIterable {
    /// The last attempt failed and the next is held back.
    case backoff
    /// The server said when to come back.
    case retryAfter = "retry_after"
    /// The next look at the sender is due then.
    case poll
    /// The server is given time to show what it did.
    case reconcile
    /// Another call of the same client is registering the same number.
    case queue
}

/// The system's time.
struct SystemClock: SendersClock {
    private let start = ContinuousClock.now

    func monotonicMs() -> UInt64 {
        UInt64(max(0, start.duration(to: .now).inMilliseconds))
    }

    func unixMs() -> UInt64 {
        UInt64(max(0, Date().timeIntervalSince1970 * 1000))
    }

    func sleep(for duration: Duration, reason _: WaitReason) async throws {
        try await Task.sleep(for: duration)
    }
}
