//! libFuzzer's door to `hefu_fuzz::certificate_mutations`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hefu_fuzz::certificate_mutations(data));
