//! Small numbers in few bytes: LEB128 of at most nine bytes, and the zig-zag.

/// Appends a number, seven bits a byte and the lowest first; the ninth byte takes eight.
pub(crate) fn write(bytes: &mut Vec<u8>, mut number: u64) {
    for _ in 0..8 {
        if number < 0x80 {
            break;
        }
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// The number at the start of the bytes, and the bytes after it. None if they end before it does.
pub(crate) fn read(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut number = 0;
    for (place, &byte) in bytes.iter().take(9).enumerate() {
        let last = place == 8 || byte < 0x80;
        let bits = if place == 8 { byte } else { byte & 0x7f };
        number |= u64::from(bits) << (7 * place);
        if last {
            return Some((number, &bytes[place + 1..]));
        }
    }
    None
}

/// 0, −1, 1, −2 … as 0, 1, 2, 3 …
pub(crate) fn zig_zag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)) as u64
}

/// The inverse of [`zig_zag`].
pub(crate) fn un_zig_zag(number: u64) -> i64 {
    (number >> 1) as i64 ^ -((number & 1) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_comes_back() {
        let mut bytes = Vec::new();
        let numbers: Vec<u64> = (0..64)
            .flat_map(|bits| [1 << bits, (1 << bits) - 1])
            .collect();
        for &number in numbers.iter().chain([&u64::MAX]) {
            write(&mut bytes, number);
        }
        let mut rest = &bytes[..];
        for &number in numbers.iter().chain([&u64::MAX]) {
            let (read, after) = read(rest).expect("one was written");
            assert_eq!(read, number);
            rest = after;
        }
        assert!(rest.is_empty());
        assert_eq!(read(&[0x80; 8]), None);
    }

    #[test]
    fn zig_zag_orders_by_distance_from_zero() {
        assert_eq!([0, -1, 1, -2, 2].map(zig_zag), [0, 1, 2, 3, 4]);
        for number in [i64::MIN, -1, 0, 1, i64::MAX] {
            assert_eq!(un_zig_zag(zig_zag(number)), number);
        }
    }
}
