// A storage engine keeps its entries in files, and for each file a Bloom filter in memory. A key is
// looked for in one file after the other, the newest first, until it is found; a file whose filter
// says no is not read. All filters have the same number of bits a key.

/// The rate of false positives that a filter has at best with so many bits a key.
pub fn rate(bits_per_key: f64) -> f64 {
    todo!("with the best number of hashes, half of the bits are set: (1/2)^(bits a key · ln 2)")
}

/// How many files are read on average to learn that a key is in none of `files`.
pub fn reads_of_an_absent_key(files: u32, bits_per_key: f64) -> f64 {
    todo!("each file is read with the probability that its filter errs")
}

/// How many files are read on average to get a key that is in one of `files`, in each with the same
/// chance.
pub fn reads_of_a_present_key(files: u32, bits_per_key: f64) -> f64 {
    todo!("the file that has it is read for certain; how many come before it?")
}

/// The bits a key with which an absent key costs `reads` reads on average; none if it costs no more
/// without filters.
pub fn bits_for(files: u32, reads: f64) -> f64 {
    todo!("what does `rate` have to be? solve it for the bits")
}
