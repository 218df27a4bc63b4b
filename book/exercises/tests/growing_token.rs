//! Tokens that are right, old, forged, or nothing at all.

#[cfg_attr(feature = "yours", path = "../growing/token.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/growing/token.rs")]
mod exercise;

use exercise::{Key, Refused, check, sign};

const MAY: Key<'static> = Key {
    name: "may",
    secret: b"the secret of May",
};
const JUNE: Key<'static> = Key {
    name: "june",
    secret: b"the secret of June",
};
const NAMES: [&str; 8] = [
    "anna",
    "",
    "anna.1000",
    "anna until 9999",
    "a|b;c=d e",
    "may",
    "Ørsted 🫖",
    "../../etc/passwd\r\n",
];

#[test]
fn what_was_signed_is_accepted_whatever_the_name() {
    for name in NAMES {
        let token = sign(name, 1000, &MAY);
        assert_eq!(check(&token, &[MAY], 999), Ok(name.to_owned()));
        let fits = token.bytes().all(|byte| byte.is_ascii_graphic());
        assert!(fits, "{token:?} does not fit into a cookie");
    }
}

#[test]
fn it_is_good_while_the_time_is_less() {
    let token = sign("anna", 1000, &MAY);
    assert_eq!(check(&token, &[MAY], 1000), Err(Refused::Expired));
    assert_eq!(check(&token, &[MAY], u64::MAX), Err(Refused::Expired));
    let for_ever = sign("anna", u64::MAX, &MAY);
    assert_eq!(
        check(&for_ever, &[MAY], u64::MAX - 1),
        Ok("anna".to_owned())
    );
}

#[test]
fn another_key_does_not_do() {
    let token = sign("anna", 1000, &MAY);
    assert_eq!(check(&token, &[JUNE], 1), Err(Refused::Invalid));
    assert_eq!(check(&token, &[], 1), Err(Refused::Invalid));
    let same_name = Key {
        name: "may",
        secret: b"not the secret of May",
    };
    assert_eq!(check(&token, &[same_name], 1), Err(Refused::Invalid));
}

#[test]
fn a_key_is_replaced_and_nobody_is_logged_out() {
    let (old, new) = (sign("anna", 1000, &MAY), sign("bert", 1000, &JUNE));
    for keys in [[MAY, JUNE], [JUNE, MAY]] {
        assert_eq!(check(&old, &keys, 1), Ok("anna".to_owned()));
        assert_eq!(check(&new, &keys, 1), Ok("bert".to_owned()));
    }
}

/// Not even an old token may be changed: *expired* is said of ours only.
#[test]
fn a_token_with_one_other_byte_is_not_ours() {
    for (name, until) in NAMES.iter().zip([10, 1000, 10, 1000, 10, 1000, 10, 1000]) {
        let token = sign(name, until, &MAY).into_bytes();
        for place in 0..token.len() {
            for other in 0x21..0x7f {
                if other == token[place] {
                    continue;
                }
                let mut forged = token.clone();
                forged[place] = other;
                let forged = String::from_utf8(forged).expect("it is ASCII");
                let found = check(&forged, &[MAY, JUNE], 100);
                assert_eq!(found, Err(Refused::Invalid), "{forged}");
            }
        }
    }
}

#[test]
fn a_part_of_a_token_is_not_one() {
    let token = sign("anna", 1000, &MAY);
    for end in 0..token.len() {
        assert_eq!(check(&token[..end], &[MAY], 1), Err(Refused::Invalid));
        if end > 0 {
            assert_eq!(check(&token[end..], &[MAY], 1), Err(Refused::Invalid));
        }
    }
    assert_eq!(
        check(&format!("{token}00"), &[MAY], 1),
        Err(Refused::Invalid)
    );
}

#[test]
fn strangers_send_anything() {
    let mut state = 7_u64;
    let alphabet: Vec<char> = ".|:;, 09afzé🫖\u{0}may".chars().collect();
    for length in 0..2000 {
        let mut next = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            alphabet[(state >> 33) as usize % alphabet.len()]
        };
        let token: String = (0..length % 90).map(|_| next()).collect();
        assert_eq!(check(&token, &[MAY], 1), Err(Refused::Invalid), "{token:?}");
    }
}
