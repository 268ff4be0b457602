package import Dispatch

/// The serial executor of an actor that owns a C connection: its jobs and its dispatch sources share one queue.
///
/// `DispatchSerialQueue`, which is an executor by itself, is absent from libdispatch on Linux.
package final class DispatchQueueExecutor: SerialExecutor {
    /// The queue on which the actor's jobs run; give it to the actor's dispatch sources as well.
    package let queue: DispatchQueue

    /// Makes an executor over a new serial queue.
    package init(label: String) {
        queue = DispatchQueue(label: label)
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        // Held until the job is over: the job may be the end of the actor that owns the executor.
        queue.async { [self] in
            job.runSynchronously(on: asUnownedSerialExecutor())
        }
    }

    package func checkIsolated() {
        dispatchPrecondition(condition: .onQueue(queue))
    }
}
