//! Storage of values by number.

/// A store that gives each value a number. The number includes how often its place was used before, so that an outdated
/// number finds nothing instead of another value.
#[derive(Debug)]
pub(crate) struct Slab<T> {
    places: Vec<Place<T>>,
    free: Vec<u32>,
}

#[derive(Debug)]
struct Place<T> {
    used: u32,
    value: Option<T>,
}

/// How many of a number's bits name the place; the others count its uses.
const PLACE_BITS: u32 = 20;

impl<T> Slab<T> {
    pub(crate) const fn new() -> Self {
        Self { places: Vec::new(), free: Vec::new() }
    }

    pub(crate) fn insert(&mut self, value: T) -> u32 {
        let at = self.free.pop().unwrap_or_else(|| {
            self.places.push(Place { used: 0, value: None });
            u32::try_from(self.places.len() - 1).unwrap_or(u32::MAX)
        });
        match self.places.get_mut(at as usize) {
            Some(place) => {
                place.value = Some(value);
                (place.used << PLACE_BITS) | at
            }
            None => u32::MAX,
        }
    }

    pub(crate) fn entry(&mut self, number: u32) -> Option<&mut T> {
        let place = self.places.get_mut((number & ((1 << PLACE_BITS) - 1)) as usize)?;
        if place.used == number >> PLACE_BITS { place.value.as_mut() } else { None }
    }

    pub(crate) fn remove(&mut self, number: u32) -> Option<T> {
        let at = number & ((1 << PLACE_BITS) - 1);
        let place = self.places.get_mut(at as usize)?;
        if place.used != number >> PLACE_BITS {
            return None;
        }
        let value = place.value.take()?;
        place.used = (place.used + 1) & ((1 << (32 - PLACE_BITS)) - 1);
        self.free.push(at);
        Some(value)
    }

    pub(crate) fn len(&self) -> usize {
        self.places.len() - self.free.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_number_names_nothing() {
        let mut slab = Slab::new();
        let (a, b) = (slab.insert("a"), slab.insert("b"));
        assert_eq!(slab.entry(a).copied(), Some("a"));
        assert_eq!(slab.entry(b).copied(), Some("b"));
        assert_eq!((slab.remove(a), slab.remove(a), slab.len()), (Some("a"), None, 1));
        let c = slab.insert("c");
        assert!(slab.entry(a).is_none());
        assert_eq!(slab.len(), 2);
        assert_eq!(slab.entry(c).copied(), Some("c"));
        assert_eq!(slab.entry(7), None);
    }
}
