//! libFuzzer's door to `hefu_fuzz::decode_ledger`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hefu_fuzz::decode_ledger(data));
