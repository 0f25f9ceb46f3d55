//! Header names and the header section (RFC 3261 §7.3, §20). Unknown headers are kept, in their order.

use super::{WireText, lexer};

macro_rules! header_names {
    ($($(#[$doc:meta])* $variant:ident = $long:literal $(/ $short:literal)?,)*) => {
        /// Name of a header. Those that the core reads or writes have a variant; the rest is kept as it came.
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub enum HeaderName {
            $(#[doc = $long] $variant,)*
            /// Any other.
            Other(WireText),
        }

        impl HeaderName {
            /// The name, long or compact, in any case.
            pub fn parse(text: &WireText) -> Self {
                $(if text.eq_ignore_case($long) $(|| text.eq_ignore_case($short))? { return Self::$variant; })*
                Self::Other(text.clone())
            }

            /// The long form.
            pub fn as_bytes(&self) -> &[u8] {
                match self {
                    $(Self::$variant => $long.as_bytes(),)*
                    Self::Other(name) => name.as_bytes(),
                }
            }
        }
    };
}

// The most frequent first: the list is searched in this order.
header_names! {
    Via = "Via" / "v",
    From = "From" / "f",
    To = "To" / "t",
    CallId = "Call-ID" / "i",
    CSeq = "CSeq",
    Contact = "Contact" / "m",
    MaxForwards = "Max-Forwards",
    ContentType = "Content-Type" / "c",
    ContentLength = "Content-Length" / "l",
    ContentEncoding = "Content-Encoding" / "e",
    UserAgent = "User-Agent",
    Server = "Server",
    Allow = "Allow",
    Supported = "Supported" / "k",
    RecordRoute = "Record-Route",
    Route = "Route",
    Require = "Require",
    Unsupported = "Unsupported",
    Accept = "Accept",
    AssertedIdentity = "P-Asserted-Identity",
    Privacy = "Privacy",
    RetryAfter = "Retry-After",
    Reason = "Reason",
    Date = "Date",
    Subject = "Subject" / "s",
    Expires = "Expires",
    MinExpires = "Min-Expires",
    Authorization = "Authorization",
    ProxyAuthorization = "Proxy-Authorization",
    WwwAuthenticate = "WWW-Authenticate",
    SessionExpires = "Session-Expires" / "x",
    MinSe = "Min-SE",
    RSeq = "RSeq",
    RAck = "RAck",
    ProxyAuthenticate = "Proxy-Authenticate",
}

/// One header line, unfolded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Name.
    pub name: HeaderName,
    /// Value, trimmed.
    pub value: WireText,
}

/// The header section.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Headers(Vec<Header>);

impl Headers {
    /// How many header lines there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// No header at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a line at the end.
    pub fn push(&mut self, name: HeaderName, value: impl Into<WireText>) {
        self.0.push(Header { name, value: value.into() });
    }

    /// Adds a line at the start.
    pub fn push_first(&mut self, name: HeaderName, value: impl Into<WireText>) {
        self.0.insert(0, Header { name, value: value.into() });
    }

    /// All lines in order.
    pub fn iter(&self) -> impl Iterator<Item = &Header> {
        self.0.iter()
    }

    /// The value of the first line of this name.
    pub fn get(&self, name: &HeaderName) -> Option<&WireText> {
        self.all(name).next()
    }

    /// The values of all lines of this name.
    pub fn all(&self, name: &HeaderName) -> impl Iterator<Item = &WireText> {
        self.0.iter().filter(move |header| header.name == *name).map(|header| &header.value)
    }

    /// The members of a list header, over all its lines (RFC 3261 §7.3.1).
    pub fn members(&self, name: &HeaderName) -> impl Iterator<Item = WireText> {
        self.all(name).flat_map(|value| lexer::list(value.as_bytes()).map(|member| value.share(member)))
    }

    /// Takes every line of this name away.
    pub fn remove(&mut self, name: &HeaderName) {
        self.0.retain(|header| header.name != *name);
    }

    /// Sets the first line of this name, or adds one.
    pub fn set(&mut self, name: HeaderName, value: impl Into<WireText>) {
        match self.0.iter_mut().find(|header| header.name == name) {
            Some(header) => header.value = value.into(),
            None => self.push(name, value),
        }
    }
}
