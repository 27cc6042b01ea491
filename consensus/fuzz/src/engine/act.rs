//! What happens to a validator, as bytes tell it.
//!
//! Every choice takes one byte, so that a mutated byte changes one thing. Views are told from
//! the one that the engine is in, and blocks from the newest that there is, so that what is cut
//! out of one input still means something in another.

use arbitrary::{Arbitrary, Result, Unstructured};
use hefu_primitives::View;

/// One event.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Act {
    /// A vote arrives.
    Vote { from: Member, at: Place, says: Says, next_epoch: bool },
    /// A certificate arrives.
    Certificate { at: Place, says: Says, signers: Signers, next_epoch: bool },
    /// A proposal arrives.
    Proposal { at: Place, parent: Place, block: Pick, shown: Shown, next_epoch: bool },
    /// A keep-alive arrives.
    Status { from: Member, at: Place, height: u8, yours: Yours, awaiting: bool, next_epoch: bool },
    /// Keep-alives of all others arrive, who are where we are and show nothing.
    Greet,
    /// A block arrives.
    Block(Pick),
    /// A block has been built, asked for or not.
    Built { at: Place, block: Pick },
    /// A block has been executed, asked for or not.
    Validated { block: Pick, valid: bool },
    /// Records are durable.
    Persisted(Amount),
    /// A timer runs out, set or not.
    Timer { kind: u8, at: Place },
    /// Transactions come or go.
    Pending { at: Place, waiting: bool },
    /// A connection breaks or heals.
    Reach { whom: Member, reachable: bool },
    /// The wall clock shows another time.
    Clock(Clock),
    /// The driver does what it has been asked to do.
    Serve { persist: bool, execute: bool, fetch: bool },
    /// The power goes, and the engine is made anew.
    Crash(Loss),
}

/// A member, counted modulo their number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Member(pub(super) u8);

/// A view.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    /// So many views from the current one.
    Near(i8),
    /// This one.
    Far(u64),
}

/// The subject of a vote or certificate.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Says {
    Notarize(Pick),
    Nullify,
    Finalize(Pick),
}

/// A block.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Pick {
    /// One that there is, counted from the newest.
    Known(u8),
    /// A new child of such a one.
    New(u8, Shape),
    /// One whose header nobody has.
    Stranger(u8),
}

/// What a new block is like. All but the first few break a rule.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    Full(u8),
    Empty,
    LastOfEpoch,
    TooHigh,
    FarTooHigh,
    NotHigher,
    OtherEpoch,
    OtherNetwork,
    NotLater,
    FromTheFuture,
    Orphan,
}

/// Who signs a certificate: these members, and as many others as a quorum needs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Signers {
    pub(crate) members: u8,
    /// Whether we are among them, signed or not.
    pub(crate) with_us: bool,
}

/// What a proposal has attached.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shown {
    pub(crate) parent: bool,
    pub(crate) gap: bool,
    pub(crate) finalized: Option<(Place, Pick)>,
    /// The parent that is signed, if it is not the header's.
    pub(crate) other_parent: Option<Pick>,
}

/// What a keep-alive shows of our own signatures, made by us or not.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Yours {
    pub(crate) vote: Option<(Place, Says)>,
    pub(crate) proposal: Option<(Place, Pick)>,
}

/// Up to which record.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Amount {
    /// So many more than are durable.
    More(u8),
    /// All that have been given out.
    All,
    /// This one, given out or not.
    Number(u64),
}

/// A time, in milliseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Clock {
    Forward(u64),
    Back(u64),
    To(u64),
}

/// What of the writes under way survives a crash.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Loss {
    /// How many of them, modulo one more than there are.
    pub(crate) kept: u8,
    /// By how many places those are rotated, the second of each three then being lost.
    pub(crate) shuffled: u8,
    /// Whether records that a final block settles are given up.
    pub(crate) pruned: bool,
}

fn byte(u: &mut Unstructured) -> Result<u8> {
    u.arbitrary()
}

/// Once in so many times.
fn seldom(u: &mut Unstructured, times: u8) -> Result<bool> {
    Ok(byte(u)? % times == times - 1)
}

impl Place {
    /// The view that is meant when the engine is in `current`.
    pub(crate) fn view(self, current: View) -> View {
        match self {
            Self::Near(offset) if offset < 0 => {
                current.saturating_sub(offset.unsigned_abs().into())
            }
            Self::Near(offset) => current.saturating_add(offset.unsigned_abs().into()),
            Self::Far(number) => View::new(number),
        }
    }
}

impl<'a> Arbitrary<'a> for Place {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        const FAR: [u64; 8] = [0, 1, 2, 300, 1 << 32, u64::MAX - 9, u64::MAX - 1, u64::MAX];
        const NEAR: [i8; 8] = [0, -1, 1, 0, -2, 2, 0, -3];
        Ok(match byte(u)? {
            value @ 0..=159 => Self::Near(NEAR[usize::from(value % 8)]),
            value @ 160..=231 => Self::Near((value - 160).cast_signed() - 36),
            value => Self::Far(FAR[usize::from(value % 8)]),
        })
    }
}

impl<'a> Arbitrary<'a> for Pick {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(match byte(u)? {
            back @ 0..=159 => Self::Known(back),
            back @ 160..=247 => Self::New(back - 160, u.arbitrary()?),
            name => Self::Stranger(name),
        })
    }
}

impl<'a> Arbitrary<'a> for Shape {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        const ODD: [Shape; 10] = [
            Shape::Empty,
            Shape::LastOfEpoch,
            Shape::TooHigh,
            Shape::FarTooHigh,
            Shape::NotHigher,
            Shape::OtherEpoch,
            Shape::OtherNetwork,
            Shape::NotLater,
            Shape::FromTheFuture,
            Shape::Orphan,
        ];
        Ok(match byte(u)? {
            salt @ 0..=127 => Self::Full(salt % 4),
            value => ODD[usize::from(value) % ODD.len()],
        })
    }
}

impl<'a> Arbitrary<'a> for Says {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(match byte(u)? % 3 {
            0 => Self::Notarize(u.arbitrary()?),
            1 => Self::Nullify,
            _ => Self::Finalize(u.arbitrary()?),
        })
    }
}

impl<'a> Arbitrary<'a> for Member {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        byte(u).map(Self)
    }
}

impl<'a> Arbitrary<'a> for Signers {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self { members: byte(u)?, with_us: seldom(u, 8)? })
    }
}

impl<'a> Arbitrary<'a> for Shown {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let flags = byte(u)?;
        let (parent, gap) = (flags & 1 == 0, flags & 2 == 0);
        let finalized = if flags & 0xc == 0xc { Some(u.arbitrary()?) } else { None };
        let other_parent = if flags & 0x70 == 0x70 { Some(u.arbitrary()?) } else { None };
        Ok(Self { parent, gap, finalized, other_parent })
    }
}

impl<'a> Arbitrary<'a> for Amount {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(match byte(u)? {
            0..=99 => Self::All,
            more @ 100..=199 => Self::More(more - 100),
            255 => Self::Number(u64::MAX),
            number => Self::Number(u64::from(number) - 200),
        })
    }
}

impl<'a> Arbitrary<'a> for Clock {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        const TIMES: [Clock; 8] = [
            Clock::Forward(1),
            Clock::Forward(1_000),
            Clock::Forward(30_000),
            Clock::Back(10),
            Clock::Back(30_000),
            Clock::To(super::START_MS),
            Clock::To(0),
            Clock::To(u64::MAX),
        ];
        u.choose(&TIMES).copied()
    }
}

impl<'a> Arbitrary<'a> for Loss {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let (kept, flags) = (byte(u)?, byte(u)?);
        Ok(Self { kept, shuffled: flags >> 5, pruned: flags & 1 == 1 })
    }
}

impl<'a> Arbitrary<'a> for Act {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(match byte(u)? % 20 {
            0 => Self::Serve { persist: true, execute: true, fetch: true },
            1 => Self::Greet,
            2 | 3 => vote(u)?,
            4..=6 => certificate(u)?,
            7..=9 => proposal(u)?,
            10 => Self::Pending { at: u.arbitrary()?, waiting: !seldom(u, 4)? },
            11 => Self::Timer { kind: byte(u)?, at: u.arbitrary()? },
            12 => status(u)?,
            13 => Self::Block(u.arbitrary()?),
            14 => Self::Built { at: u.arbitrary()?, block: u.arbitrary()? },
            15 => Self::Validated { block: u.arbitrary()?, valid: !seldom(u, 4)? },
            16 => Self::Persisted(u.arbitrary()?),
            17 => Self::Crash(u.arbitrary()?),
            18 => serve(u)?,
            _ => rare(u)?,
        })
    }
}

fn vote(u: &mut Unstructured) -> Result<Act> {
    let (from, at, says) = (u.arbitrary()?, u.arbitrary()?, u.arbitrary()?);
    Ok(Act::Vote { from, at, says, next_epoch: seldom(u, 32)? })
}

fn certificate(u: &mut Unstructured) -> Result<Act> {
    let (at, says, signers) = (u.arbitrary()?, u.arbitrary()?, u.arbitrary()?);
    Ok(Act::Certificate { at, says, signers, next_epoch: seldom(u, 32)? })
}

fn proposal(u: &mut Unstructured) -> Result<Act> {
    let (at, parent, block) = (u.arbitrary()?, u.arbitrary()?, u.arbitrary()?);
    let shown = u.arbitrary()?;
    Ok(Act::Proposal { at, parent, block, shown, next_epoch: seldom(u, 32)? })
}

fn status(u: &mut Unstructured) -> Result<Act> {
    let (from, at, height) = (u.arbitrary()?, u.arbitrary()?, byte(u)?);
    let flags = byte(u)?;
    let vote = if flags & 0xe == 0xe { Some((u.arbitrary()?, u.arbitrary()?)) } else { None };
    let proposal = if flags & 0x70 == 0x70 { Some((u.arbitrary()?, u.arbitrary()?)) } else { None };
    let (yours, awaiting) = (Yours { vote, proposal }, flags & 1 == 1);
    Ok(Act::Status { from, at, height, yours, awaiting, next_epoch: seldom(u, 32)? })
}

fn serve(u: &mut Unstructured) -> Result<Act> {
    let flags = byte(u)?;
    let wants = |bit: u8| flags & bit != 0;
    Ok(Act::Serve { persist: wants(1), execute: wants(2), fetch: wants(4) })
}

fn rare(u: &mut Unstructured) -> Result<Act> {
    Ok(match byte(u)? % 3 {
        0 => Act::Clock(u.arbitrary()?),
        1 => Act::Reach { whom: u.arbitrary()?, reachable: false },
        _ => Act::Reach { whom: u.arbitrary()?, reachable: true },
    })
}
