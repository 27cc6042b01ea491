//! libFuzzer's door to `hefu_fuzz::decode_primitives`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hefu_fuzz::decode_primitives(data));
