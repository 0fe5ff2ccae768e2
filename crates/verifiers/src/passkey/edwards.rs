//! Whether 32 bytes are a point of Ed25519 that a key may be (RFC 8032 §5.1.3).
//!
//! The cryptography library takes any 32 bytes for such a key and finds out at the first signature. A point of small
//! order is worse than none: signatures "by" it can be made without any secret. So a creation is refused by this.
//! Everything here is public, so nothing needs to take the same time.
//!
//! What must never happen here: a secret, or a decision about a signature.

/// Below 2^255: the upper half, then the lower.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Number(u128, u128);

const ZERO: Number = Number(0, 0);
const ONE: Number = Number(0, 1);
/// 2^255 - 19.
const PRIME: Number = Number(u128::MAX >> 1, u128::MAX - 18);
/// -121665 / 121666.
const D: Number =
    Number(0x5203_6cee_2b6f_fe73_8cc7_4079_7779_e898, 0x0070_0a4d_4141_d8ab_75eb_4dca_1359_78a3);
/// The second coordinates of the points of order 8, up to their sign.
const OF_ORDER_8: Number =
    Number(0x05fc_536d_8802_38b1_3933_c6d3_05ac_dfd5, 0xf098_eff2_89f4_c345_b027_b2c2_8f95_e826);

/// Whether the bytes are the one spelling of a point that is on the curve and not of small order.
pub(super) fn is_sound(bytes: &[u8; 32]) -> bool {
    let (number, negative) = split(bytes);
    if number >= PRIME {
        return false;
    }
    // Of order 4, 1 or 2, and 8.
    let small = [ZERO, ONE, OF_ORDER_8];
    if small.contains(&number) || small.contains(&minus(ZERO, number)) {
        return false;
    }
    let square = times(number, number);
    // x^2 = (y^2 - 1) / (d y^2 + 1), which is a square where the product of the two is.
    let (above, below) = (minus(square, ONE), plus(times(D, square), ONE));
    match legendre(times(above, below)) {
        1 => true,
        0 => !negative,
        _ => false,
    }
}

fn split(bytes: &[u8; 32]) -> (Number, bool) {
    let whole = bytes.iter().rev().fold(ZERO, |Number(high, low), byte| {
        Number((high << 8) | (low >> 120), (low << 8) | u128::from(*byte))
    });
    (Number(whole.0 & PRIME.0, whole.1), whole.0 > PRIME.0)
}

/// Of numbers below the prime; so is the sum.
fn plus(one: Number, other: Number) -> Number {
    let (low, over) = one.1.overflowing_add(other.1);
    let sum = Number(one.0.wrapping_add(other.0).wrapping_add(u128::from(over)), low);
    if sum >= PRIME { take(sum, PRIME) } else { sum }
}

fn minus(one: Number, other: Number) -> Number {
    if one >= other { take(one, other) } else { take(PRIME, take(other, one)) }
}

/// `one - other`, which must not be below nothing.
fn take(one: Number, other: Number) -> Number {
    let (low, under) = one.1.overflowing_sub(other.1);
    Number(one.0.wrapping_sub(other.0).wrapping_sub(u128::from(under)), low)
}

fn times(one: Number, other: Number) -> Number {
    let bits = (0..128).rev().map(|bit| other.0 >> bit).chain((0..128).rev().map(|bit| other.1 >> bit));
    bits.fold(ZERO, |sum, bit| {
        let doubled = plus(sum, sum);
        if bit & 1 == 1 { plus(doubled, one) } else { doubled }
    })
}

/// 1 for a square, -1 for none, 0 for zero: by halving, taking away and turning round.
fn legendre(number: Number) -> i32 {
    let (mut above, mut below, mut sign) = (number, PRIME, 1);
    while above != ZERO {
        while above.1 & 1 == 0 {
            above = Number(above.0 >> 1, (above.1 >> 1) | (above.0 << 127));
            if matches!(below.1 & 7, 3 | 5) {
                sign = -sign;
            }
        }
        if above < below {
            (above, below) = (below, above);
            if above.1 & 3 == 3 && below.1 & 3 == 3 {
                sign = -sign;
            }
        }
        above = take(above, below);
    }
    if below == ONE { sign } else { 0 }
}
