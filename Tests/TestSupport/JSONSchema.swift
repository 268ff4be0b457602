package import Foundation

/// A validator of the part of JSON Schema (draft 2020-12) that this project's schemas use.
///
/// It is stricter than the standard in two ways, because it judges what we print ourselves: a key that the schema does not
/// name is a violation where it says `"type": "object"`, and so is a keyword that this validator does not know.
package struct JSONSchema {
    private let root: [String: Any]

    /// Reads a schema.
    ///
    /// - Parameter data: the schema's JSON.
    /// - Throws: what reading JSON throws, and a decoding error where it is no object.
    package init(_ data: Data) throws {
        guard let root = try JSONSerialization.jsonObject(with: data) as? [String: Any] else {
            throw CocoaError(.coderReadCorrupt)
        }
        self.root = root
    }

    /// Judges a document.
    ///
    /// - Parameter data: the document's JSON.
    /// - Returns: what is wrong with it, each with its place; empty where nothing is.
    /// - Throws: what reading JSON throws.
    package func violations(in data: Data) throws -> [String] {
        violations(of: try JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed), schema: root, at: "$")
    }

    private static let keywords: Set<String> = [
        "$schema", "$id", "$defs", "$ref", "$comment", "title", "description", "examples", "type", "const", "enum",
        "properties", "required", "additionalProperties", "items", "minItems", "minLength", "pattern", "minimum",
        "maximum", "oneOf", "anyOf", "not", "if", "then",
    ]

    private func violations(of value: Any, schema: [String: Any], at place: String) -> [String] {
        var found = Set(schema.keys).subtracting(Self.keywords).map { "\(place): the schema uses \($0)" }
        if let reference = schema["$ref"] as? String {
            guard let target = resolve(reference) else { return found + ["\(place): no \(reference)"] }
            found += violations(of: value, schema: target, at: place)
        }
        if let type = schema["type"] as? String, !Self.isOf(type, value) {
            return found + ["\(place): is not of type \(type)"]
        }
        if let const = schema["const"], !Self.areEqual(const, value) { found.append("\(place): is not \(const)") }
        if let values = schema["enum"] as? [Any], !values.contains(where: { Self.areEqual($0, value) }) {
            found.append("\(place): \(value) is none of the values")
        }
        found += alternatives(of: value, schema: schema, at: place)
        switch value {
        case let object as [String: Any]: found += violations(ofObject: object, schema: schema, at: place)
        case let array as [Any]:
            if let least = schema["minItems"] as? Int, array.count < least { found.append("\(place): too few items") }
            guard let items = schema["items"] as? [String: Any] else { break }
            for (index, item) in array.enumerated() {
                found += violations(of: item, schema: items, at: "\(place)[\(index)]")
            }
        case let text as String:
            if let least = schema["minLength"] as? Int, text.count < least { found.append("\(place): too short") }
            if let pattern = schema["pattern"] as? String {
                let matches = (try? Regex(pattern)).map { text.contains($0) } ?? false
                if !matches { found.append("\(place): \(text) does not match \(pattern)") }
            }
        case let number as NSNumber:
            if let least = schema["minimum"] as? NSNumber, number.doubleValue < least.doubleValue {
                found.append("\(place): \(number) is too small")
            }
            if let most = schema["maximum"] as? NSNumber, number.doubleValue > most.doubleValue {
                found.append("\(place): \(number) is too great")
            }
        default: break
        }
        return found
    }

    private func violations(ofObject object: [String: Any], schema: [String: Any], at place: String) -> [String] {
        var found: [String] = []
        for key in schema["required"] as? [String] ?? [] where object[key] == nil {
            found.append("\(place): \(key) is missing")
        }
        let properties = schema["properties"] as? [String: Any]
        for (key, value) in object {
            if let property = properties?[key] as? [String: Any] {
                found += violations(of: value, schema: property, at: "\(place).\(key)")
            } else if let other = schema["additionalProperties"] as? [String: Any] {
                found += violations(of: value, schema: other, at: "\(place).\(key)")
            } else if properties != nil, schema["type"] as? String == "object" {
                found.append("\(place): \(key) is not in the schema")
            }
        }
        return found
    }

    private func alternatives(of value: Any, schema: [String: Any], at place: String) -> [String] {
        var found: [String] = []
        if let forbidden = schema["not"] as? [String: Any],
            violations(of: value, schema: forbidden, at: place).isEmpty
        {
            found.append("\(place): is what it must not be")
        }
        for (keyword, allowed) in [("oneOf", 1...1), ("anyOf", 1...Int.max)] {
            guard let choices = schema[keyword] as? [[String: Any]] else { continue }
            let judged = choices.map { violations(of: value, schema: $0, at: place) }
            let fitting = judged.filter(\.isEmpty).count
            if !allowed.contains(fitting) {
                found.append(
                    "\(place): \(fitting) alternatives of \(keyword) fit; " + judged.joined().joined(separator: "; ")
                )
            }
        }
        if let condition = schema["if"] as? [String: Any], let then = schema["then"] as? [String: Any],
            violations(of: value, schema: condition, at: place).isEmpty
        {
            found += violations(of: value, schema: then, at: place)
        }
        return found
    }

    private func resolve(_ reference: String) -> [String: Any]? {
        guard reference.hasPrefix("#") else { return nil }
        var schema: Any? = root
        for step in reference.dropFirst().split(separator: "/") {
            schema = (schema as? [String: Any])?[String(step)]
        }
        return schema as? [String: Any]
    }

    private static func isOf(_ type: String, _ value: Any) -> Bool {
        switch type {
        case "object": value is [String: Any]
        case "array": value is [Any]
        case "string": value is String
        case "null": value is NSNull
        case "boolean": value is Bool && isBoolean(value)
        case "number": value is NSNumber && !isBoolean(value)
        case "integer":
            !isBoolean(value) && ((value as? NSNumber).map { $0.doubleValue == $0.doubleValue.rounded() } ?? false)
        default: false
        }
    }

    private static func isBoolean(_ value: Any) -> Bool {
        (value as? NSNumber).map { String(cString: $0.objCType) == "c" } ?? (value is Bool)
    }

    private static func areEqual(_ first: Any, _ second: Any) -> Bool {
        (first as? NSObject).map { $0 == second as? NSObject } ?? false
            || (first as? String).map { $0 == second as? String } ?? false
            || (first as? Int).map { $0 == second as? Int && !isBoolean(second) } ?? false
    }
}
