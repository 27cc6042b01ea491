//! libFuzzer's door to `hefu_fuzz::check_transaction`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hefu_fuzz::check_transaction(data));
