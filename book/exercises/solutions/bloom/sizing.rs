use std::f64::consts::LN_2;

/// The rate of false positives that a filter has at best with so many bits a key.
///
/// With bits · ln 2 hashes, half of the bits are set, and the rate is one half to the power of
/// that. (Bloom 1970; the number of hashes is rounded in practice, which changes little.)
pub fn rate(bits_per_key: f64) -> f64 {
    0.5_f64.powf(bits_per_key * LN_2)
}

/// How many files are read on average to learn that a key is in none of `files`.
pub fn reads_of_an_absent_key(files: u32, bits_per_key: f64) -> f64 {
    f64::from(files) * rate(bits_per_key)
}

/// How many files are read on average to get a key that is in one of `files`, in each with the same
/// chance: that one, and in error those before it, half of the others on average.
pub fn reads_of_a_present_key(files: u32, bits_per_key: f64) -> f64 {
    1.0 + f64::from(files - 1) / 2.0 * rate(bits_per_key)
}

/// The bits a key with which an absent key costs `reads` reads on average; none if it costs no more
/// without filters.
///
/// Ten times as many files, or a tenth of the reads, take log2(10) / ln 2 = 4.8 bits a key more.
pub fn bits_for(files: u32, reads: f64) -> f64 {
    ((f64::from(files) / reads).log2() / LN_2).max(0.0)
}
