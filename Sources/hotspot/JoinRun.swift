import ArgumentParser
import Foundation
import HotspotCore
import Logging

/// One join, from the request to the end of the link, where this process holds it.
struct JoinRun: Sendable {
    let configuration: HotspotConfiguration
    let options: HotspotConfigurationManager.ApplyOptions
    let report: Report
    let showsProgress: Bool
    let interrupts: Interrupts
    /// Whoever started this process to hold the link in the background; nil in the foreground.
    var detachment: Detachment?

    /// Joins, reports, and stays while this process is what holds the link.
    func run() async throws {
        let manager = HotspotConfigurationManager(
            application: JoinCommand.application,
            logger: Logger(label: JoinCommand.application)
        )
        let line = ProgressLine(isEnabled: showsProgress)
        let prefix = configuration.ssidPrefix
        let name = prefix.isEmpty ? configuration.ssid : SSID(prefix + "…")
        let task = Task {
            try await manager.apply(configuration, options: options) { line.show($0, ssid: name) }
        }
        interrupts.onFirst {
            task.cancel()
            line.show("undoing")
        }
        let result = await task.result
        line.clear()
        switch result {
        case .success(let network):
            let link = manager.link(to: network.ssid)
            // Heard from the beginning: it may end before it is told of.
            let changes = link?.changes
            guard network.backend == "nl80211" || configuration.joinOnce else { return try succeed(network) }
            // Before anybody is told, who may then leave it.
            let registration = LinkRegister.register(network, prefix: configuration.ssidPrefix)
            defer { registration?.remove() }
            do {
                try succeed(network)
            } catch {
                // Nobody knows that the network is joined, so nobody would leave it.
                await manager.leave(network.ssid)
                throw error
            }
            if registration == nil {
                let text = "\"hotspot leave\" will not find this link: it could not be noted"
                report.change(.init(.notRegistered, network.ssid, message: text), text)
            }
            let report = try await detached(network, manager)
            if let changes {
                try await hold(changes, network, manager, report)
            } else if network.backend == "nl80211" {
                let error = HotspotConfigurationError(linkLost: network.ssid, "its link ended as soon as it was there")
                report.failure(error, isAfterResult: true)
                throw ExitCode(error.exitStatus)
            } else {
                try await holdOnce(network, manager, report)
            }
        case .failure(let error as HotspotConfigurationError):
            report.failure(error)
            throw ExitCode(interrupts.exitStatus ?? error.exitStatus)
        case .failure(let error): throw error
        }
    }

    /// Tells that the network is joined.
    private func succeed(_ network: JoinedNetwork) throws {
        do throws(HotspotConfigurationError) {
            try report.success(network)
        } catch {
            report.failure(error)
            throw ExitCode(error.exitStatus)
        }
    }

    /// Tells whoever started this process in the background, where somebody did, and is silent from then on.
    ///
    /// - Returns: How to report what happens afterwards.
    private func detached(_ network: JoinedNetwork, _ manager: HotspotConfigurationManager) async throws -> Report {
        guard let detachment else { return report }
        guard detachment.complete() else {
            // Nobody heard that the network is joined, so nobody would leave it.
            await manager.leave(network.ssid)
            throw ExitCode(interrupts.exitStatus ?? 1)
        }
        return Report(isJSON: false, isQuiet: true)
    }

    /// Stays while NetworkManager keeps the network for this process: until a signal asks for the end.
    private func holdOnce(
        _ network: JoinedNetwork,
        _ manager: HotspotConfigurationManager,
        _ report: Report
    ) async throws {
        report.change(.init(.holding, network.ssid), "joined \"\(network.ssid)\" once; Ctrl-C leaves it")
        interrupts.onFirst {
            Task { await manager.leave(network.ssid) }
        }
        if let error = await manager.holdEnd(of: network.ssid) {
            report.failure(error, isAfterResult: true)
            throw ExitCode(error.exitStatus)
        }
        report.change(.init(.left, network.ssid), "left \"\(network.ssid)\"")
    }

    /// Stays until a signal asks for the end, or the link cannot be made anew.
    private func hold(
        _ changes: AsyncStream<HotspotLink.Change>,
        _ network: JoinedNetwork,
        _ manager: HotspotConfigurationManager,
        _ report: Report
    ) async throws {
        let name = network.ssid
        report.change(.init(.holding, name), "holding the link to \"\(name)\"; Ctrl-C leaves it")
        interrupts.onFirst {
            Task { await manager.leave(network.ssid) }
        }
        for await change in changes {
            switch change {
            case .lost(let reason):
                report.change(.init(.lost, name, message: reason), "the link was lost: \(reason)")
            case .channelChanged(let network):
                report.change(
                    .init(.channelChanged, name, network: network),
                    "\"\(name)\" moved to \(Report.place(network))"
                )
            case .rejoined(let network):
                report.change(.init(.rejoined, name, network: network), "joined \"\(name)\" again")
            case .ended(let error?):
                report.failure(error, isAfterResult: true)
                throw ExitCode(error.exitStatus)
            case .ended(nil): report.change(.init(.left, name), "left \"\(name)\"")
            @unknown default: break
            }
        }
    }
}
