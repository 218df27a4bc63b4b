//! A block in four vector registers: what `block.rs` does, in thirty instructions of x86-64.
//!
//! The smallest x86-64 has vectors of four 32-bit words, but cannot shift each by its own distance,
//! so compilers build the mask of a key bit by bit. It can turn floats into integers, though, and a
//! float is a shift: its exponent, 8 bits that begin at bit 23. The float with exponent `e` is
//! 2ᵉ; as an integer it has bit `e` alone, and for `e` < 0 it is rounded to zero. So
//!
//! ```text
//!   lower half: int(2^(31 − number))   bit 31 … 0, or nothing if number > 31
//!   upper half: int(2^(number − 32))   bit 0 … 31, or nothing if number < 32
//! ```
//!
//! and not even the choice of the half needs a comparison. 2³¹ is too large for a signed integer;
//! then the instruction gives 0x8000_0000, which is just the bit.
//!
//! Against the plain code of `block.rs` this is half the time of a look-up. It is `unsafe` only
//! because the compiler wants to be told that the processor has SSE2, as every x86-64 does.
#![allow(unsafe_code)]
#![deny(clippy::undocumented_unsafe_blocks)]

use std::arch::x86_64::*;

use super::block::Halves;

/// Whether the bits of a key are all set.
#[inline]
pub(super) fn contains(halves: &Halves, mixed: u64) -> bool {
    // SAFETY: this module is compiled only for processors with SSE2.
    unsafe { contains_sse2(halves, mixed) }
}

/// Sets the bits of a key; whether one of them was zero.
#[inline]
pub(super) fn insert(halves: &mut Halves, mixed: u64) -> bool {
    // SAFETY: this module is compiled only for processors with SSE2.
    unsafe { insert_sse2(halves, mixed) }
}

#[inline]
#[target_feature(enable = "sse2")]
fn contains_sse2(halves: &Halves, mixed: u64) -> bool {
    let (words, bits) = (halves.as_flattened().as_chunks().0, mask(mixed));
    let mut missing = _mm_setzero_si128();
    for (words, bits) in words.iter().zip(bits) {
        missing = _mm_or_si128(missing, _mm_andnot_si128(load(words), bits));
    }
    is_zero(missing)
}

#[inline]
#[target_feature(enable = "sse2")]
fn insert_sse2(halves: &mut Halves, mixed: u64) -> bool {
    let (words, bits) = (halves.as_flattened_mut().as_chunks_mut().0, mask(mixed));
    let mut fresh = _mm_setzero_si128();
    for (words, bits) in words.iter_mut().zip(bits) {
        let old = load(words);
        fresh = _mm_or_si128(fresh, _mm_andnot_si128(old, bits));
        store(words, _mm_or_si128(old, bits));
    }
    !is_zero(fresh)
}

// ANCHOR: mask
/// The bits of a key: two vectors for the lower half of its lanes, two for the upper.
#[inline]
#[target_feature(enable = "sse2")]
fn mask(mixed: u64) -> [__m128i; 4] {
    // Eight numbers of 16 bits; multiplying moves the field of the last four to the top.
    let quarters = _mm_set1_epi64x(mixed as i64);
    let fields = _mm_mullo_epi16(quarters, _mm_setr_epi16(1, 1, 1, 1, 64, 64, 64, 64));
    let numbers = _mm_srli_epi16::<10>(fields);
    // As 32 bits each, where a float has its exponent, which counts from −127.
    let zero = _mm_setzero_si128();
    let first = _mm_slli_epi32::<23>(_mm_unpacklo_epi16(numbers, zero));
    let last = _mm_slli_epi32::<23>(_mm_unpackhi_epi16(numbers, zero));
    let (up, down) = (
        _mm_set1_epi32((127 - 32) << 23),
        _mm_set1_epi32((127 + 31) << 23),
    );
    [
        to_int(_mm_sub_epi32(down, first)),
        to_int(_mm_sub_epi32(down, last)),
        to_int(_mm_add_epi32(up, first)),
        to_int(_mm_add_epi32(up, last)),
    ]
}
// ANCHOR_END: mask

#[inline]
#[target_feature(enable = "sse2")]
fn to_int(floats: __m128i) -> __m128i {
    _mm_cvttps_epi32(_mm_castsi128_ps(floats))
}

#[inline]
#[target_feature(enable = "sse2")]
fn is_zero(vector: __m128i) -> bool {
    _mm_movemask_epi8(_mm_cmpeq_epi32(vector, _mm_setzero_si128())) == 0xffff
}

#[inline]
#[target_feature(enable = "sse2")]
fn load(words: &[u32; 4]) -> __m128i {
    // SAFETY: the pointer is to the 16 bytes that are read, and they may lie anywhere.
    unsafe { _mm_loadu_si128(words.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "sse2")]
fn store(words: &mut [u32; 4], vector: __m128i) {
    // SAFETY: the pointer is to the 16 bytes that are written, and they may lie anywhere.
    unsafe { _mm_storeu_si128(words.as_mut_ptr().cast(), vector) }
}
