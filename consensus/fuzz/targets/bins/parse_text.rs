//! libFuzzer's door to `hefu_fuzz::parse_text`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hefu_fuzz::parse_text(data));
