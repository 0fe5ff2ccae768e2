//! security.md G4: the key of a creation's message bent, and refused.

use verifiers::passkey::{Algorithm, Refusal};

use crate::cbor::{array, bytes, int, long_head, text};
use crate::device::{edwards, elliptic, modulus, rsa};
use crate::house::Making;
use crate::mutated_creations::Mutation;
use crate::mutation::Bend::Part;

fn member(making: &mut Making, label: i64) -> &mut Vec<u8> {
    &mut making.key.iter_mut().find(|(known, _)| *known == label).unwrap().1
}

pub(crate) fn keys() -> Vec<Mutation> {
    const KEY: Refusal = Refusal::Key;
    vec![
        ("no algorithm", KEY, Part(|m| m.key.retain(|(label, _)| *label != 3))),
        ("RSA with PSS", Refusal::Algorithm, Part(|m| *member(m, 3) = int(-37))),
        ("RSA with SHA-1", Refusal::Algorithm, Part(|m| *member(m, 3) = int(-65_535))),
        ("secp256k1", Refusal::Algorithm, Part(|m| *member(m, 3) = int(-47))),
        ("Ed448", Refusal::Algorithm, Part(|m| *member(m, 3) = int(-53))),
        ("HMAC", Refusal::Algorithm, Part(|m| *member(m, 3) = int(5))),
        ("algorithm none", Refusal::Algorithm, Part(|m| *member(m, 3) = int(0))),
        ("algorithm a text", KEY, Part(|m| *member(m, 3) = text("ES256"))),
        ("a point called RSA", KEY, Part(|m| *member(m, 3) = int(-257))),
        ("a point called Ed25519", KEY, Part(|m| *member(m, 3) = int(-8))),
        ("a point called P-384", KEY, Part(|m| *member(m, 3) = int(-35))),
        ("no kind", KEY, Part(|m| m.key.retain(|(label, _)| *label != 1))),
        ("kind of RSA", KEY, Part(|m| *member(m, 1) = int(3))),
        ("curve of another", KEY, Part(|m| *member(m, -1) = int(2))),
        ("no curve", KEY, Part(|m| m.key.retain(|(label, _)| *label != -1))),
        ("no x", KEY, Part(|m| m.key.retain(|(label, _)| *label != -2))),
        ("no y", KEY, Part(|m| m.key.retain(|(label, _)| *label != -3))),
        ("y by its sign", KEY, Part(|m| *member(m, -3) = vec![0xF5])),
        (
            "x with a zero before",
            KEY,
            Part(|m| {
                let x = member(m, -2).split_off(2);
                *member(m, -2) = bytes(&[vec![0], x].concat());
            }),
        ),
        (
            "x cut",
            KEY,
            Part(|m| {
                let x = member(m, -2).split_off(3);
                *member(m, -2) = bytes(&x);
            }),
        ),
        (
            "x and y cut at another byte",
            KEY,
            Part(|m| {
                let mut x = member(m, -2).split_off(2);
                let y = member(m, -3).split_off(2);
                x.push(y[0]);
                *member(m, -2) = bytes(&x);
                *member(m, -3) = bytes(&y[1..]);
            }),
        ),
        ("off the curve", KEY, Part(|m| *member(m, -2).last_mut().unwrap() ^= 1)),
        ("the point of zeros", KEY, Part(|m| m.key = elliptic(Algorithm::Es256, &[0; 32], &[0; 32]))),
        ("a member more", KEY, Part(|m| m.key.push((4, array(&[int(2)]))))),
        ("a label twice", KEY, Part(|m| m.key.push((3, int(-7))))),
        ("number in two bytes", KEY, Part(|m| *member(m, 1) = long_head(0, 1, 2))),
        ("RSA of 1,024 bits", KEY, Part(|m| m.key = rsa(&modulus(128), &[1, 0, 1]))),
        (
            "RSA of 2,047 bits",
            KEY,
            Part(|m| {
                let mut short = modulus(256);
                short[0] = 0x7F;
                m.key = rsa(&short, &[1, 0, 1]);
            }),
        ),
        ("RSA of 8,200 bits", KEY, Part(|m| m.key = rsa(&modulus(1_025), &[1, 0, 1]))),
        (
            "RSA, zero before",
            KEY,
            Part(|m| {
                m.key = rsa(&[vec![0], modulus(256)].concat(), &[1, 0, 1]);
            }),
        ),
        (
            "RSA, even modulus",
            KEY,
            Part(|m| {
                let mut even = modulus(256);
                even[255] &= 0xFE;
                m.key = rsa(&even, &[1, 0, 1]);
            }),
        ),
        ("RSA to the first", KEY, Part(|m| m.key = rsa(&modulus(256), &[1]))),
        ("RSA to the second", KEY, Part(|m| m.key = rsa(&modulus(256), &[2]))),
        (
            "RSA to more than is ever checked",
            KEY,
            Part(|m| m.key = rsa(&modulus(256), &[1, 0, 0, 0, 1])),
        ),
        ("RSA to nothing", KEY, Part(|m| m.key = rsa(&modulus(256), &[]))),
        ("Ed25519 cut", KEY, Part(|m| m.key = edwards(&[9; 31]))),
        (
            "Ed25519 with a y",
            KEY,
            Part(|m| {
                m.key = edwards(&[9; 32]);
                m.key.push((-3, bytes(&[9; 32])));
            }),
        ),
        ("Ed25519, neutral", KEY, Part(|m| m.key = edwards(&low(1)))),
        ("Ed25519, of order 4", KEY, Part(|m| m.key = edwards(&low(0)))),
        ("Ed25519, off the curve", KEY, Part(|m| m.key = edwards(&low(2)))),
        ("no key", KEY, Part(|m| m.key = Vec::new())),
    ]
}

/// A small second coordinate.
fn low(number: u8) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes[0] = number;
    bytes
}
