//! Forms of results, and which of them a caller prefers (RFC 9110, 12.5.1).

/// A form in which a result can be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaType {
    /// A document: the media type of DID 1.1.
    Did,
    /// A document, under a name that DID 1.0 gave.
    DidLdJson,
    /// A document, under a name that DID 1.0 gave.
    DidJson,
    /// A document, under a less precise name (DID 1.1, 6.3.1).
    LdJson,
    /// A document, under a less precise name.
    Json,
    /// A resolution's whole result (DID Resolution 1.0, 9).
    ResolutionResult,
    /// A dereferencing's whole result (DID Resolution 1.0, 10).
    DereferencingResult,
    /// Endpoints of services, one a line (RFC 2483).
    UriList,
}

impl MediaType {
    /// What a resolution can give, the preferred first.
    pub const OF_RESOLUTION: [Self; 6] = [
        Self::Did,
        Self::ResolutionResult,
        Self::DidLdJson,
        Self::DidJson,
        Self::LdJson,
        Self::Json,
    ];

    /// What a dereferencing can give, the preferred first.
    pub const OF_DEREFERENCING: [Self; 7] = [
        Self::Did,
        Self::DereferencingResult,
        Self::DidLdJson,
        Self::DidJson,
        Self::LdJson,
        Self::Json,
        Self::UriList,
    ];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Did => "application/did",
            Self::DidLdJson => "application/did+ld+json",
            Self::DidJson => "application/did+json",
            Self::LdJson => "application/ld+json",
            Self::Json => "application/json",
            Self::ResolutionResult => "application/did-resolution",
            Self::DereferencingResult => "application/did-url-dereferencing",
            Self::UriList => "text/uri-list",
        }
    }

    /// The form of what stands within a whole result, and else the form itself.
    #[must_use]
    pub const fn within(self) -> Self {
        match self {
            Self::ResolutionResult | Self::DereferencingResult => Self::Did,
            other => other,
        }
    }
}

/// The weight of a range that names none, in thousandths.
const WEIGHT_FULL: u16 = 1_000;

/// The form among `offered` that an `Accept` header prefers; between equals the one offered
/// first. `None` if it wants none of them, or is malformed.
pub fn negotiate(accept: &str, offered: &[MediaType]) -> Option<MediaType> {
    let ranges: Vec<Range<'_>> = accept.split(',').map(Range::parse).collect::<Option<_>>()?;
    let mut best = None;
    for form in offered {
        let weight = weight(&ranges, form.name());
        if weight > best.map_or(0, |(_, so_far)| so_far) {
            best = Some((*form, weight));
        }
    }
    best.map(|(form, _)| form)
}

/// One range of an `Accept` header.
struct Range<'a> {
    main: &'a str,
    sub: &'a str,
    /// In thousandths.
    weight: u16,
}

/// The weight that the most specific of the ranges gives to a form; zero if it fits none.
fn weight(ranges: &[Range<'_>], name: &str) -> u16 {
    let fitting = ranges.iter().filter(|range| range.fits(name));
    fitting.max_by_key(|range| range.precision()).map_or(0, |range| range.weight)
}

impl<'a> Range<'a> {
    /// A range with its weight. Other parameters are passed over, but a profile asks for
    /// something that is not offered, and so weighs nothing.
    fn parse(text: &'a str) -> Option<Self> {
        let mut pieces = text.split(';').map(str::trim);
        let (main, sub) = pieces.next()?.split_once('/')?;
        let mut weight = WEIGHT_FULL;
        for piece in pieces {
            match piece.split_once('=') {
                Some(("q" | "Q", value)) => weight = parse_weight(value)?,
                Some(("profile", _)) => weight = 0,
                _ => {}
            }
        }
        (!main.is_empty() && !sub.is_empty()).then_some(Self { main, sub, weight })
    }

    fn fits(&self, name: &str) -> bool {
        let (main, sub) = name.split_once('/').unwrap_or((name, ""));
        let matches = |range: &str, part: &str| range == "*" || range.eq_ignore_ascii_case(part);
        matches(self.main, main) && matches(self.sub, sub)
    }

    fn precision(&self) -> (bool, bool) {
        (self.main != "*", self.sub != "*")
    }
}

/// A weight between 0 and 1 with up to three decimals, in thousandths.
fn parse_weight(text: &str) -> Option<u16> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    if decimals.len() > 3 || !decimals.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let thousandths: u16 = format!("{decimals:0<3}").parse().ok()?;
    match whole {
        "0" => Some(thousandths),
        "1" if thousandths == 0 => Some(WEIGHT_FULL),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(accept: &str) -> Option<&'static str> {
        negotiate(accept, &MediaType::OF_DEREFERENCING).map(MediaType::name)
    }

    #[test]
    fn the_form_of_greatest_weight_is_chosen() {
        for (accept, expected) in [
            ("*/*", "application/did"),
            ("application/*", "application/did"),
            ("text/*", "text/uri-list"),
            ("application/json", "application/json"),
            ("application/json, application/did", "application/did"),
            ("application/json, application/did;q=0.9", "application/json"),
            ("text/html, application/xhtml+xml, */*;q=0.8", "application/did"),
            ("application/did;q=0, */*", "application/did-url-dereferencing"),
            ("Application/DID", "application/did"),
            ("application/did ; q=1.000", "application/did"),
        ] {
            assert_eq!(chosen(accept), Some(expected), "{accept}");
        }
    }

    #[test]
    fn a_header_that_wants_nothing_of_this_gets_nothing() {
        for accept in [
            "text/html",
            "application/did;q=0",
            "application/did;q=2",
            "application/did;q=0.1234",
            "application/did;q=1.001",
            "application/did;q=x",
            "application/ld+json;profile=\"https://w3id.org/did-resolution\"",
            "application",
            "/",
            "",
        ] {
            assert_eq!(chosen(accept), None, "{accept}");
        }
    }
}
