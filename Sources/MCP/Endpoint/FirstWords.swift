#if Servers
/// How an answer begins, which decides its form: JSON where nothing is said before the responses, events otherwise.
enum FirstWords: Sendable {
    /// The responses, and nothing else; a request that was cancelled has none.
    case responses([JSONRPCResponse])
    /// What was said so far; more will follow.
    case stream([Outlet.Item])
    /// The task was cancelled before anything was said.
    case cancelled

    /// Waits for them.
    ///
    /// - Parameters:
    ///   - outlet: What is said.
    ///   - count: How many requests there are.
    ///   - wantsEvents: Whether the client takes nothing but events.
    static func of(_ outlet: Outlet, expecting count: Int, wantsEvents: Bool) async -> FirstWords {
        if wantsEvents { return .stream([]) }
        var collected: [Outlet.Item] = []
        for await item in outlet.items {
            switch item {
            case .response, .cancelled:
                collected.append(item)
                guard collected.count == count else { continue }
                return .responses(
                    collected.compactMap { if case .response(let response) = $0 { response } else { nil } })
            case .keepAlive: continue
            case .overdue: return .stream(collected)
            case .notification, .request, .disconnect: return .stream(collected + [item])
            }
        }
        return .cancelled
    }
}

extension Outlet {
    /// Says from time to time that the client still waits, until it is cancelled.
    func tick(_ configuration: Endpoint.Configuration) async {
        guard isOpen, (try? await Task.sleep(for: configuration.eventStreamDelay)) != nil else { return }
        put(.overdue)
        while (try? await Task.sleep(for: configuration.keepAliveInterval)) != nil { put(.keepAlive) }
    }
}
#endif
