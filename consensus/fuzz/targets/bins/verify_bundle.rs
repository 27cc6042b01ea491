//! libFuzzer's door to `hefu_fuzz::verify_bundle`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hefu_fuzz::verify_bundle(data));
