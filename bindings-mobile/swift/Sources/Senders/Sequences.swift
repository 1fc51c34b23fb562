/// A listing, lazy: nothing is sent until it is iterated. Each iteration asks the server again.
///
/// ```swift
/// for try await sender in client.list(limit: 500) { print(sender.sid, sender.status) }
/// for try await page in client.list(pageSize: 100).pages { print(page.senders.count, page.nextToken ?? "the last") }
/// ```
public struct SenderList: AsyncSequence, Sendable {
    /// Every page as it comes, the empty ones too.
    public let pages: SenderPages

    /// Goes through the senders, one page in memory at a time.
    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate var pages: SenderPages.AsyncIterator
        private var senders: ArraySlice<Sender> = []

        fileprivate init(_ pages: SenderPages.AsyncIterator) {
            self.pages = pages
        }

        /// The next sender; nil after the last.
        public mutating func next() async throws -> Sender? {
            while senders.isEmpty {
                guard let page = try await pages.next() else { return nil }
                senders = page.senders[...]
            }
            return senders.popFirst()
        }
    }

    /// Begins a listing.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(pages.makeAsyncIterator())
    }
}

/// The pages of a listing, lazy: see ``SenderList/pages``.
public struct SenderPages: AsyncSequence, Sendable {
    let begin: @Sendable () throws -> Driver

    /// Goes through the pages.
    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate var call: Call

        /// The next page; nil after the last.
        public mutating func next() async throws -> SenderPage? {
            switch try await call.next() {
            case .page(let page): return page
            case nil, .listed: return nil
            default: throw unexpected
            }
        }
    }

    /// Begins a listing.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(call: Call(begin))
    }
}

/// The statuses of a sender on its way to being online, lazy: see
/// ``Senders/statuses(of:token:timeout:waitForVerification:options:)``.
public struct StatusChanges: AsyncSequence, Sendable {
    let begin: @Sendable () throws -> Driver

    /// Goes through the statuses.
    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate var call: Call
        /// The sender, once it is online.
        public private(set) var online: Sender?

        fileprivate init(_ call: Call) {
            self.call = call
        }

        /// The next status; nil once the sender is online.
        public mutating func next() async throws -> StatusChange? {
            switch try await call.next() {
            case .status(let change): return change
            case .sender(let sender):
                online = sender
                return nil
            case nil: return nil
            default: throw unexpected
            }
        }
    }

    /// Begins a wait.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(Call(begin))
    }
}

/// A call that is gone through step by step. After its end, good or bad, there is nothing more.
struct Call {
    private enum State {
        case before(() throws -> Driver)
        case under(way: Driver)
        case ended
    }

    private var state: State

    init(_ begin: @escaping () throws -> Driver) {
        state = .before(begin)
    }

    mutating func next() async throws -> Came? {
        let driver: Driver
        switch state {
        case .before(let begin):
            state = .ended
            driver = try begin()
        case .under(let way): driver = way
        case .ended: return nil
        }
        state = .ended
        let came = try await driver.next()
        switch came {
        case .page, .status: state = .under(way: driver)
        default: break
        }
        return came
    }
}
