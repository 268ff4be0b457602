internal import Synchronization

/// A join that was asked for and has not ended.
final class OpenRequest: Sendable {
    typealias Outcome = Result<JoinedNetwork, HotspotConfigurationError>

    private let task = Mutex<Task<Outcome, Never>?>(nil)

    /// Joins in a task of its own, which whoever removes the network may cancel, and so may whoever asked for it.
    func run(
        _ join: @escaping @Sendable () async throws(HotspotConfigurationError) -> JoinedNetwork
    ) async -> Outcome {
        // Under the lock: the request may be found, and cancelled, before this returns.
        let begun = task.withLock { task in
            let made = Task { () async -> Outcome in
                do throws(HotspotConfigurationError) {
                    return .success(try await join())
                } catch {
                    return .failure(error)
                }
            }
            task = made
            return made
        }
        return await withTaskCancellationHandler {
            await begun.value
        } onCancel: {
            begun.cancel()
        }
    }

    /// Cancels the join; returns when all is undone.
    func cancel() async {
        guard let task = task.withLock({ $0 }) else { return }
        task.cancel()
        _ = await task.value
    }
}

/// The requests of a manager that are open, by the names of their networks.
final class OpenRequests: Sendable {
    private let requests = Mutex<[SSID: OpenRequest]>([:])

    /// Notes that a request is open; false where there is one for the name already.
    func insert(_ request: OpenRequest, for name: SSID) -> Bool {
        requests.withLock { requests in
            guard requests[name] == nil else { return false }
            requests[name] = request
            return true
        }
    }

    /// Notes that the request for a name has ended.
    func remove(_ name: SSID) {
        requests.withLock { _ = $0.removeValue(forKey: name) }
    }

    /// Cancels what is open for a name, or for all; returns when it is undone.
    func cancel(_ name: SSID? = nil) async {
        let found = requests.withLock { requests in
            requests.filter { name == nil || $0.key == name }.map(\.value)
        }
        for request in found { await request.cancel() }
    }
}
