//! The colours of the pages: ink on paper, one accent, red only for what went wrong.
//!
//! Every pair that carries words is at least 4.5:1 and every control's edge at least 3:1 (WCAG 2.2,
//! 1.4.3 and 1.4.11), in light and in dark; the operator's accent is moved until that holds. No
//! colour may be written anywhere else than here: the stylesheet only names them.

use std::fmt::Write;

use crate::PagesFault;
use crate::options::{DEFAULT_ACCENT, DEFAULT_ACCENT_DARK};

/// Least contrast of words.
pub const WORDS: f64 = 4.5;

/// What a corrected accent is moved to, so that it does not sit at the very edge.
const COMFORT: f64 = 5.5;

/// A colour in sRGB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rgb(pub u8, pub u8, pub u8);

impl Rgb {
    /// Parses `#rrggbb`.
    pub fn parse(text: &str) -> Option<Rgb> {
        let hex = text.trim().strip_prefix('#')?;
        if hex.len() != 6 || !hex.is_ascii() {
            return None;
        }
        let part = |from: usize| u8::from_str_radix(hex.get(from..from + 2)?, 16).ok();
        Some(Rgb(part(0)?, part(2)?, part(4)?))
    }

    pub fn hex(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }

    /// Relative luminance (WCAG 2.2).
    fn luminance(self) -> f64 {
        let linear = |part: u8| {
            let value = f64::from(part) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2)
    }

    /// Contrast ratio, 1 to 21 (WCAG 2.2).
    pub fn contrast(self, other: Rgb) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// This colour with `percent` of `other` mixed in.
    pub fn mix(self, other: Rgb, percent: u16) -> Rgb {
        let blend = |a: u8, b: u8| {
            let sum = u16::from(a) * (100 - percent.min(100)) + u16::from(b) * percent.min(100);
            u8::try_from((sum + 50) / 100).unwrap_or(u8::MAX)
        };
        Rgb(blend(self.0, other.0), blend(self.1, other.1), blend(self.2, other.2))
    }
}

/// The named colours of one scheme.
#[derive(Clone, Copy, Debug)]
pub struct Palette {
    pub paper: Rgb,
    /// Inside a control.
    pub field: Rgb,
    pub ink: Rgb,
    /// Words of less weight: hints, times.
    pub soft: Rgb,
    /// Hairlines; carries nothing.
    pub line: Rgb,
    /// The edge of a control.
    pub edge: Rgb,
    pub accent: Rgb,
    /// Words on the accent.
    pub on_accent: Rgb,
    /// Behind a notice.
    pub tint: Rgb,
    pub wrong: Rgb,
    /// Behind an error summary.
    pub wrong_tint: Rgb,
    /// Google's button, as its brand rules give it for light and for dark pages.
    pub google: Rgb,
    pub on_google: Rgb,
    pub google_edge: Rgb,
    /// Apple's button: black on light pages, white on dark ones, as its brand rules ask.
    pub apple: Rgb,
    pub on_apple: Rgb,
}

impl Palette {
    fn light(accent: Rgb) -> Palette {
        let paper = Rgb(0xfb, 0xfa, 0xf7);
        Palette {
            paper,
            field: Rgb(0xff, 0xff, 0xff),
            ink: Rgb(0x1e, 0x1d, 0x1b),
            soft: Rgb(0x5d, 0x5a, 0x54),
            line: Rgb(0xe2, 0xde, 0xd6),
            edge: Rgb(0x8a, 0x85, 0x7c),
            accent,
            on_accent: Rgb(0xff, 0xff, 0xff),
            tint: paper.mix(accent, 7),
            wrong: Rgb(0xb0, 0x24, 0x1c),
            wrong_tint: Rgb(0xfb, 0xef, 0xec),
            google: Rgb(0xff, 0xff, 0xff),
            on_google: Rgb(0x1f, 0x1f, 0x1f),
            google_edge: Rgb(0x74, 0x77, 0x75),
            apple: Rgb(0, 0, 0),
            on_apple: Rgb(0xff, 0xff, 0xff),
        }
    }

    fn dark(accent: Rgb) -> Palette {
        let paper = Rgb(0x19, 0x18, 0x16);
        Palette {
            paper,
            field: Rgb(0x22, 0x21, 0x1e),
            ink: Rgb(0xeb, 0xe7, 0xdf),
            soft: Rgb(0xb0, 0xaa, 0xa0),
            line: Rgb(0x38, 0x35, 0x30),
            edge: Rgb(0x80, 0x7a, 0x70),
            accent,
            on_accent: paper,
            tint: paper.mix(accent, 12),
            wrong: Rgb(0xff, 0xa0, 0x94),
            wrong_tint: Rgb(0x33, 0x20, 0x1d),
            google: Rgb(0x13, 0x13, 0x14),
            on_google: Rgb(0xe3, 0xe3, 0xe3),
            google_edge: Rgb(0x8e, 0x91, 0x8f),
            apple: Rgb(0xff, 0xff, 0xff),
            on_apple: Rgb(0, 0, 0),
        }
    }

    /// Every pair of words and ground that the stylesheet uses.
    pub fn word_pairs(&self) -> [(&'static str, Rgb, Rgb); 17] {
        [
            ("ink on paper", self.ink, self.paper),
            ("ink on field", self.ink, self.field),
            ("ink on tint", self.ink, self.tint),
            ("ink on wrong_tint", self.ink, self.wrong_tint),
            ("soft on paper", self.soft, self.paper),
            ("soft on field", self.soft, self.field),
            ("soft on tint", self.soft, self.tint),
            ("accent on paper", self.accent, self.paper),
            ("accent on field", self.accent, self.field),
            ("accent on tint", self.accent, self.tint),
            ("on_accent on accent", self.on_accent, self.accent),
            ("paper on ink", self.paper, self.ink),
            ("wrong on paper", self.wrong, self.paper),
            ("wrong on wrong_tint", self.wrong, self.wrong_tint),
            ("paper on wrong", self.paper, self.wrong),
            ("on_google on google", self.on_google, self.google),
            ("on_apple on apple", self.on_apple, self.apple),
        ]
    }

    /// Every pair of a control's edge and its ground.
    pub fn edge_pairs(&self) -> [(&'static str, Rgb, Rgb); 7] {
        [
            ("edge on paper", self.edge, self.paper),
            ("edge on field", self.edge, self.field),
            ("accent on paper", self.accent, self.paper),
            ("wrong on field", self.wrong, self.field),
            ("google_edge on paper", self.google_edge, self.paper),
            ("google_edge on google", self.google_edge, self.google),
            ("apple on paper", self.apple, self.paper),
        ]
    }

    fn readable(&self, least: f64) -> bool {
        let grounds = [self.paper, self.field, self.tint, self.on_accent];
        grounds.into_iter().all(|ground| self.accent.contrast(ground) >= least)
    }

    fn write(&self, css: &mut String) {
        let named = [
            ("paper", self.paper),
            ("field", self.field),
            ("ink", self.ink),
            ("soft", self.soft),
            ("line", self.line),
            ("edge", self.edge),
            ("accent", self.accent),
            ("on-accent", self.on_accent),
            ("tint", self.tint),
            ("wrong", self.wrong),
            ("wrong-tint", self.wrong_tint),
            ("google", self.google),
            ("on-google", self.on_google),
            ("google-edge", self.google_edge),
            ("apple", self.apple),
            ("on-apple", self.on_apple),
        ];
        for (name, colour) in named {
            let _ = write!(css, "--{name}:{};", colour.hex());
        }
    }
}

/// The two schemes, and what the operator should know about the accent.
#[derive(Clone, Debug)]
pub struct Scheme {
    pub light: Palette,
    pub dark: Palette,
    pub notes: Vec<String>,
}

impl Scheme {
    /// Makes both schemes from the operator's accent, moving it where it would be too faint.
    pub fn new(accent: &str) -> Result<Scheme, PagesFault> {
        let wish = if accent.is_empty() { DEFAULT_ACCENT } else { accent };
        let Some(asked) = Rgb::parse(wish) else {
            return Err(PagesFault::setting(
                "accent",
                format!("{wish} is not a colour of the form #rrggbb"),
            ));
        };
        let usual = wish.eq_ignore_ascii_case(DEFAULT_ACCENT);
        let asked_dark = if usual { Rgb::parse(DEFAULT_ACCENT_DARK).unwrap_or(asked) } else { asked };
        let light = nearest(asked, Rgb(0, 0, 0), Palette::light);
        let dark = nearest(asked_dark, Rgb(0xff, 0xff, 0xff), Palette::dark);
        let mut notes = Vec::new();
        for (name, used) in [("light", light.accent), ("dark", dark.accent)] {
            if used != asked && !usual {
                notes.push(format!(
                    "accent {} has too little contrast on the {name} pages (4.5:1 is needed); {} is used there",
                    asked.hex(),
                    used.hex()
                ));
            }
        }
        Ok(Scheme { light, dark, notes })
    }

    /// The custom properties that the stylesheet begins with.
    pub fn tokens(&self) -> String {
        let mut css = String::from(":root{color-scheme:light dark;");
        self.light.write(&mut css);
        css.push_str("}@media (prefers-color-scheme:dark){:root{");
        self.dark.write(&mut css);
        css.push_str("}}\n");
        css
    }
}

/// The palette with the accent as asked if it is readable, else moved until it is comfortably so.
fn nearest(asked: Rgb, towards: Rgb, palette: fn(Rgb) -> Palette) -> Palette {
    let wanted = palette(asked);
    if wanted.readable(WORDS) {
        return wanted;
    }
    (1..=100)
        .map(|percent| palette(asked.mix(towards, percent)))
        .find(|moved| moved.readable(COMFORT))
        .unwrap_or_else(|| palette(towards))
}

#[cfg(test)]
mod tests {
    use super::{Rgb, Scheme, WORDS};

    #[test]
    fn every_pair_is_readable_for_every_accent_in_light_and_dark() {
        let mut accents = vec![String::new(), "#ffffff".into(), "#000000".into(), "#ffcc00".into()];
        for red in [0, 85, 170, 255] {
            for green in [0, 85, 170, 255] {
                accents.extend([0, 85, 170, 255].map(|blue| Rgb(red, green, blue).hex()));
            }
        }
        for accent in accents {
            let scheme = Scheme::new(&accent).unwrap();
            for palette in [scheme.light, scheme.dark] {
                for (pair, front, ground) in palette.word_pairs() {
                    let ratio = front.contrast(ground);
                    assert!(ratio >= WORDS, "{accent}: {pair} is {ratio:.2}");
                }
                for (pair, front, ground) in palette.edge_pairs() {
                    let ratio = front.contrast(ground);
                    assert!(ratio >= 3.0, "{accent}: {pair} is {ratio:.2}");
                }
            }
        }
    }

    #[test]
    fn a_faint_accent_is_corrected_and_the_operator_is_told() {
        let scheme = Scheme::new("#ffcc00").unwrap();
        assert_eq!(scheme.dark.accent, Rgb(0xff, 0xcc, 0));
        assert_ne!(scheme.light.accent, Rgb(0xff, 0xcc, 0));
        assert_eq!(scheme.notes.len(), 1);
        assert!(scheme.notes[0].contains("#ffcc00") && scheme.notes[0].contains("light"));
        assert!(Scheme::new("").unwrap().notes.is_empty());
    }

    #[test]
    fn what_is_not_a_colour_is_refused() {
        for text in ["red", "#12345", "#gggggg", "#1234567", "#ああ"] {
            assert!(Scheme::new(text).is_err(), "{text}");
        }
    }

    #[test]
    fn contrast_is_computed_as_the_guideline_says() {
        assert!((Rgb(0, 0, 0).contrast(Rgb(255, 255, 255)) - 21.0).abs() < 1e-9);
        assert!((Rgb(0x77, 0x77, 0x77).contrast(Rgb(255, 255, 255)) - 4.48).abs() < 0.01);
    }
}
