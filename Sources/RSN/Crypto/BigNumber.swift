internal import CLibCrypto

/// A non-negative number of libcrypto, flagged for constant-time arithmetic and cleared when it goes.
struct BigNumber: ~Copyable {
    let pointer: OpaquePointer

    private init(owning pointer: OpaquePointer) {
        self.pointer = pointer
    }

    /// Makes zero.
    init() throws(CryptoError) {
        let pointer = try check("BN_secure_new", BN_secure_new())
        BN_set_flags(pointer, BN_FLG_CONSTTIME)
        self.init(owning: pointer)
    }

    /// Makes a number of its octets, the highest first.
    init(_ octets: some OctetSource) throws(CryptoError) {
        let pointer = try check("BN_secure_new", BN_secure_new())
        BN_set_flags(pointer, BN_FLG_CONSTTIME)
        let result = octets.withOctets {
            BN_bin2bn($0.baseAddress?.assumingMemoryBound(to: UInt8.self), Int32($0.count), pointer)
        }
        guard result != nil else {
            BN_clear_free(pointer)
            throw CryptoError("BN_bin2bn")
        }
        self.init(owning: pointer)
    }

    /// Makes a copy of a number that libcrypto or somebody else owns.
    init(copying other: OpaquePointer?) throws(CryptoError) {
        let pointer = try check("BN_secure_new", BN_secure_new())
        BN_set_flags(pointer, BN_FLG_CONSTTIME)
        guard BN_copy(pointer, other) != nil else {
            BN_clear_free(pointer)
            throw CryptoError("BN_copy")
        }
        self.init(owning: pointer)
    }

    /// Makes a small number.
    init(small: UInt8) throws(CryptoError) {
        try self.init([small])
    }

    /// The octets, the highest first, with zeros before them up to the length; written in constant time.
    func octets(_ length: Int) throws(CryptoError) -> SecretOctets {
        try SecretOctets(count: length) { (buffer) throws(CryptoError) in
            let octets = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
            guard BN_bn2binpad(pointer, octets, Int32(length)) == Int32(length) else {
                throw CryptoError("BN_bn2binpad")
            }
        }
    }

    var isZero: Bool { BN_is_zero(pointer) == 1 }
    var isOne: Bool { BN_is_one(pointer) == 1 }
    var isOdd: Bool { BN_is_odd(pointer) == 1 }

    deinit { BN_clear_free(pointer) }
}

/// Arithmetic modulo one odd number.
///
/// Exponentiation runs in constant time (`BN_mod_exp_mont_consttime`). Products and sums go through libcrypto's public
/// functions: those do the same work for all values of one length in machine words, but they strip leading zero words
/// from their results, so a value whose top word happens to be zero (one in 2⁶⁴) can be told apart by its time.
struct Modulus: ~Copyable {
    let number: BigNumber
    private let montgomery: OpaquePointer
    private let context: OpaquePointer

    init(_ number: consuming BigNumber, context: OpaquePointer) throws(CryptoError) {
        let montgomery = try check("BN_MONT_CTX_new", BN_MONT_CTX_new())
        guard BN_MONT_CTX_set(montgomery, number.pointer, context) == 1 else {
            BN_MONT_CTX_free(montgomery)
            throw CryptoError("BN_MONT_CTX_set")
        }
        self.montgomery = montgomery
        self.number = number
        self.context = context
    }

    deinit { BN_MONT_CTX_free(montgomery) }

    func reduce(_ value: borrowing BigNumber) throws(CryptoError) -> BigNumber {
        let result = try BigNumber()
        try check("BN_nnmod", BN_nnmod(result.pointer, value.pointer, number.pointer, context))
        return result
    }

    /// The remainder by the modulus less one.
    func reduceByOneLess(_ value: borrowing BigNumber) throws(CryptoError) -> BigNumber {
        let divisor = try BigNumber(copying: number.pointer)
        try check("BN_sub_word", BN_sub_word(divisor.pointer, 1))
        let result = try BigNumber()
        try check("BN_nnmod", BN_nnmod(result.pointer, value.pointer, divisor.pointer, context))
        return result
    }

    func multiply(_ first: borrowing BigNumber, _ second: borrowing BigNumber) throws(CryptoError) -> BigNumber {
        let result = try BigNumber()
        try check(
            "BN_mod_mul",
            BN_mod_mul(result.pointer, first.pointer, second.pointer, number.pointer, context)
        )
        return result
    }

    func square(_ value: borrowing BigNumber) throws(CryptoError) -> BigNumber {
        try multiply(value, value)
    }

    func add(_ first: borrowing BigNumber, _ second: borrowing BigNumber) throws(CryptoError) -> BigNumber {
        let result = try BigNumber()
        try check(
            "BN_mod_add",
            BN_mod_add(result.pointer, first.pointer, second.pointer, number.pointer, context)
        )
        return result
    }

    /// The modulus less a value that is below it.
    func negate(_ value: borrowing BigNumber) throws(CryptoError) -> BigNumber {
        let result = try BigNumber()
        try check("BN_sub", BN_sub(result.pointer, number.pointer, value.pointer))
        return try reduce(result)
    }

    /// A power; in constant time as to the base and, for its length, the exponent.
    func power(_ base: borrowing BigNumber, _ exponent: borrowing BigNumber) throws(CryptoError) -> BigNumber {
        let result = try BigNumber()
        try check(
            "BN_mod_exp_mont_consttime",
            BN_mod_exp_mont_consttime(
                result.pointer,
                base.pointer,
                exponent.pointer,
                number.pointer,
                context,
                montgomery
            )
        )
        return result
    }

    /// A random number from 1 to the modulus less 1.
    func random(_ source: some RandomSource) throws(CryptoError) -> BigNumber {
        let bits = Int(BN_num_bits(number.pointer))
        while true {
            let octets = try source.octets((bits + 7) / 8)
            let masked = SecretOctets(count: octets.count) { buffer in
                octets.withOctets { buffer.copyMemory(from: $0) }
                if bits % 8 != 0 { buffer[0] &= 0xFF >> UInt8(8 - bits % 8) }
            }
            let value = try BigNumber(masked)
            if !value.isZero, BN_cmp(value.pointer, number.pointer) < 0 { return value }
        }
    }
}
