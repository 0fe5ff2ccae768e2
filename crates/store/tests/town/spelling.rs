//! How numbers become ids, digests and addresses, in the words of either engine.
//!
//! A number is scattered by multiplying it with odd numbers modulo 2^32, which gives no value twice; products stay below
//! 2^63, where both engines still count exactly.

use store::Engine;

/// The words of one engine.
#[derive(Clone, Copy)]
pub(crate) struct Spelling(pub(crate) Engine);

impl Spelling {
    /// The numbers from the first to the last, as a table `g` with the column `n`.
    pub(crate) fn numbers(self, (first, last): (i64, i64)) -> String {
        match self.0 {
            Engine::Sqlite => format!(
                "(with recursive s(n) as (select {first} where {first} <= {last} \
                 union all select n + 1 from s where n < {last}) select n from s) g"
            ),
            Engine::Postgres => format!("generate_series({first}::bigint, {last}::bigint) g(n)"),
        }
    }

    /// The id of the thing number `n` of a kind, made at `at`.
    pub(crate) fn id(self, kind: u32, n: &str, at: &str) -> String {
        let [first, second, third] = [0, 1, 2].map(|word| self.word(kind, n, word));
        let time = self.hex(at, 12);
        self.bytes(&format!(
            "{time} || '7' || substr({second}, 1, 3) || '8' || substr({second}, 4, 3) || {first} || \
             substr({third}, 1, 4)"
        ))
    }

    /// A digest: 32 bytes scattered over all there are.
    pub(crate) fn digest(self, kind: u32, n: &str) -> String {
        self.bytes(&self.words(kind, n))
    }

    /// A digest in hexadecimal digits.
    pub(crate) fn words(self, kind: u32, n: &str) -> String {
        [0, 1, 2, 3, 4, 5, 6, 7].map(|word| self.word(kind, n, word)).join(" || ")
    }

    /// Eight hexadecimal digits.
    pub(crate) fn word(self, kind: u32, n: &str, word: usize) -> String {
        let odd = ODD[word];
        self.hex(
            &format!("((cast({n} as bigint) + {}) * {odd} % 4294967296)", i64::from(kind) * APART),
            8,
        )
    }

    fn hex(self, number: &str, digits: usize) -> String {
        match self.0 {
            Engine::Sqlite => format!("printf('%0{digits}x', {number})"),
            Engine::Postgres => format!("lpad(to_hex({number}), {digits}, '0')"),
        }
    }

    /// The bytes of hexadecimal digits.
    pub(crate) fn bytes(self, hex: &str) -> String {
        match self.0 {
            Engine::Sqlite => format!("unhex({hex})"),
            Engine::Postgres => format!("decode({hex}, 'hex')"),
        }
    }
}

/// The numbers of one kind.
const APART: i64 = 33_554_432;
/// Below 2^30.
const ODD: [i64; 8] = [
    625_341_585,
    461_845_907,
    668_265_263,
    374_761_393,
    1_013_904_223,
    740_014_189,
    88_675_123,
    165_667_429,
];
