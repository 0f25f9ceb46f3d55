//! A part of an address: what it is, where it stands in a line, and what the gazetteer knows of it.

use crate::understanding::gazetteer::{KnownPlace, PlaceKind};

/// What a part of an address is, from the widest to the narrowest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::understanding) enum Part {
    District,
    /// Street office, town, zone.
    Unit,
    /// 社区: what a residents' committee looks after.
    Community,
    /// A road, or roads that cross.
    Road,
    /// The number in a road.
    Number,
    Estate,
    /// School, hospital, station.
    Landmark,
    Building,
    Entrance,
    Floor,
    Room,
    /// 附近, 门口, 对面.
    Beside,
}

impl Part {
    /// Whether the part says where it is, without any other.
    pub(super) fn is_name(self) -> bool {
        matches!(self, Self::Unit | Self::Community | Self::Road | Self::Estate | Self::Landmark)
    }

    /// Whether it is a road or an estate: of those an address has one, or an estate in a road.
    pub(super) fn is_area(self) -> bool {
        matches!(self, Self::Community | Self::Road | Self::Estate)
    }

    /// Whether it says where in a road, an estate or a building.
    pub(in crate::understanding) fn is_precise(self) -> bool {
        matches!(self, Self::Number | Self::Landmark) || self >= Self::Building
    }
}

/// A part found in a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) part: Part,
    /// First folded character.
    pub(super) start: usize,
    /// One past the last.
    pub(super) end: usize,
    /// The gazetteer's name for it.
    pub(super) known: Option<String>,
    /// Names that were misheard in it, from left to right.
    pub(super) meant: Vec<Meant>,
    /// Whether it says that roads cross here.
    pub(super) crossing: bool,
    /// How many roads it is.
    pub(super) roads: usize,
    /// Whether it is a landmark that was said without its name.
    pub(super) unnamed: bool,
}

/// A name that stands in a line by other characters of its sound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Meant {
    /// First folded character.
    pub(super) start: usize,
    /// One past the last.
    pub(super) end: usize,
    /// As the gazetteer writes it.
    pub(super) name: String,
}

impl Piece {
    pub(super) fn new(part: Part, start: usize, end: usize) -> Self {
        let roads = usize::from(part == Part::Road);
        Self { part, start, end, known: None, meant: Vec::new(), crossing: false, roads, unnamed: false }
    }

    /// The place that words beside a part stand for.
    pub(super) fn beside(start: usize, end: usize) -> Self {
        Self::new(Part::Beside, start, end)
    }

    /// A place of the gazetteer.
    pub(super) fn named(place: &KnownPlace, start: usize, end: usize) -> Self {
        let part = match place.kind {
            PlaceKind::District => Part::District,
            PlaceKind::Unit => Part::Unit,
            PlaceKind::Community => Part::Community,
            PlaceKind::Road => Part::Road,
            PlaceKind::Estate => Part::Estate,
            PlaceKind::Landmark => Part::Landmark,
        };
        Self { known: Some(place.name.clone()), ..Self::new(part, start, end) }
    }

    /// The piece as a misheard name.
    pub(super) fn meant(self, name: &str) -> Self {
        let meant = Meant { start: self.start, end: self.end, name: name.to_owned() };
        Self { meant: vec![meant], ..self }
    }

    /// Whether it is a road, or roads that cross.
    pub(super) fn is_road(&self) -> bool {
        self.part == Part::Road
    }
}
