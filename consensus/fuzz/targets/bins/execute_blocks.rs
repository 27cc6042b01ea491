//! libFuzzer's door to `hefu_fuzz::execute_blocks`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hefu_fuzz::execute_blocks(data));
