//! The hash of keys is part of the format: it must never change.

use bloom::{hash_bytes, hash_key};

/// The buffer of XXH3's own sanity check.
fn sanity_buffer(length: usize) -> Vec<u8> {
    let mut generator = 2_654_435_761_u64;
    let mut next = || {
        let byte = (generator >> 56) as u8;
        generator = generator.wrapping_mul(11_400_714_785_074_694_797);
        byte
    };
    (0..length).map(|_| next()).collect()
}

#[test]
fn bytes_hash_as_the_reference_implementation_says() {
    const PRIME64: u64 = 11_400_714_785_074_694_797;
    // Cyan4973/xxHash, cli/xsum_sanity_check.c.
    for (length, seed, digest) in [
        (0, 0, 0x2d06_8005_38d3_94c2),
        (0, PRIME64, 0xa8a6_b918_b2f0_364a),
        (1, 0, 0xc44b_dff4_074e_ecdb),
        (1, PRIME64, 0x032b_e332_dd76_6ef8),
        (6, 0, 0x27b5_6a84_cd2d_7325),
        (6, PRIME64, 0x8458_9c11_6ab5_9ab9),
        (12, 0, 0xa713_daf0_dfbb_77e7),
        (12, PRIME64, 0xe730_3e1b_2336_de0e),
        (24, 0, 0xa3fe_70bf_9d35_10eb),
        (24, PRIME64, 0x850e_80fc_35bd_d690),
        (48, 0, 0x397d_a259_ecba_1f11),
        (48, PRIME64, 0xadc2_cbaa_44ac_c616),
        (80, 0, 0xbcde_fbbb_2c47_c90a),
        (80, PRIME64, 0xc6dd_0cb6_9953_2e73),
        (195, 0, 0xcd94_217e_e362_ec3a),
        (195, PRIME64, 0xba68_003d_370c_b3d9),
        (403, 0, 0xcdeb_804d_65c6_dea4),
        (403, PRIME64, 0x6259_f6ec_fd64_43fd),
        (512, 0, 0x617e_4959_9013_cb6b),
        (512, PRIME64, 0x3ce4_57de_14c2_7708),
        (2048, 0, 0xdd59_e2c3_a5f0_38e0),
        (2048, PRIME64, 0x66f8_1670_669a_babc),
        (2099, 0, 0xc6b9_d9b3_fc9a_c765),
        (2099, PRIME64, 0x184f_3168_4366_3974),
        (2240, 0, 0x6e73_a905_39cf_2948),
        (2240, PRIME64, 0x757b_a848_7d1b_5247),
        (2367, 0, 0xcb37_aeb9_e5d3_61ed),
        (2367, PRIME64, 0xd2db_3415_b942_b42a),
    ] {
        assert_eq!(
            hash_bytes(&sanity_buffer(length), seed),
            digest,
            "{length} bytes"
        );
    }
}

#[test]
fn keys_hash_as_their_bytes_do_whatever_the_platform() {
    let seed = 42;
    let chain = |messages: &[&[u8]]| {
        let next = |digest, message: &&[u8]| hash_bytes(message, digest);
        messages.iter().fold(seed, next)
    };
    assert_eq!(hash_key(&0x0102_u16, seed), chain(&[&[2, 1]]));
    assert_eq!(hash_key(&-2_i32, seed), chain(&[&[254, 255, 255, 255]]));
    assert_eq!(hash_key(&1_u64, seed), chain(&[&[1, 0, 0, 0, 0, 0, 0, 0]]));
    assert_eq!(hash_key(&1_usize, seed), hash_key(&1_u64, seed));
    assert_eq!(hash_key(&-1_isize, seed), hash_key(&u64::MAX, seed));
    assert_eq!(hash_key(&-1_i64, seed), hash_key(&u64::MAX, seed));
    assert_eq!(hash_key(&-1_i16, seed), hash_key(&u16::MAX, seed));
    assert_eq!(hash_key(&-1_i128, seed), hash_key(&u128::MAX, seed));
    assert_eq!(hash_key(&1_u128, seed), chain(&[&1_u128.to_le_bytes()]));
    assert_eq!(hash_key("ab", seed), chain(&[b"ab", &[255]]));
    assert_eq!(hash_key(&String::from("ab"), seed), hash_key("ab", seed));
    assert_eq!(
        hash_key(&b"ab"[..], seed),
        chain(&[&2_u64.to_le_bytes(), b"ab"])
    );
    assert_eq!(
        hash_key(&("ab", 7_u32), seed),
        chain(&[b"ab", &[255], &[7, 0, 0, 0]])
    );
    assert_ne!(hash_key(&("ab", "c"), seed), hash_key(&("a", "bc"), seed));
}

#[test]
fn values_are_what_they_were() {
    assert_eq!(hash_key(&0_u64, 0), 0xc77b_3abb_6f87_acd9);
    assert_eq!(hash_key(&1_u64, 42), 0xe3ac_d5de_c7d7_d3fb);
    assert_eq!(hash_key("https://example.org/", 0), 0x1a53_67da_558d_5ed4);
}
