//! stub
pub(crate) fn run(_: Option<&str>) -> bool {
    true
}
