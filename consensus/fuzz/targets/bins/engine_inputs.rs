//! libFuzzer's door to `hefu_fuzz::engine_inputs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hefu_fuzz::engine_inputs(data));
